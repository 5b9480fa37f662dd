import { useCallback, useState } from 'react';
import { preferences } from '../../lib/preferences';
import type { Focus, TileKey } from './arrange';

export type PanelTab = 'chat' | 'people';
export type CallDialog = 'settings' | 'shortcuts';

/** From here on the panel is open unless it was closed before. */
const WIDE = 1200;

function firstPanel(): PanelTab | null {
  if (window.innerWidth < WIDE) return null;
  const remembered = preferences.snapshot.panel ?? 'chat';
  return remembered === 'none' ? null : remembered;
}

/** What is open and what is shown large. */
export function useCallUi() {
  const [panel, setPanelNow] = useState(firstPanel);
  const [dialog, setDialog] = useState<CallDialog | null>(null);
  const [stats, setStats] = useState(false);
  const [focus, setFocus] = useState<Focus>({ kind: 'auto' });

  const setPanel = useCallback((next: PanelTab | null) => {
    setPanelNow(next);
    if (window.innerWidth >= WIDE) preferences.set({ panel: next ?? 'none' });
  }, []);

  const show = useCallback((key: TileKey) => setFocus({ kind: 'tile', key }), []);
  const showAllAlike = useCallback(() => setFocus({ kind: 'none' }), []);

  return { panel, setPanel, dialog, setDialog, stats, setStats, focus, setFocus, show, showAllAlike };
}

export type CallUi = ReturnType<typeof useCallUi>;
