import { useEffect, useEffectEvent } from 'react';
import { isTyping, shortcutOf, type ShortcutAction } from './shortcuts';

/** Calls `act` for the shortcuts of a call; never while typing, nor with a dialog or menu open. */
export function useShortcuts(act: (action: ShortcutAction) => void): void {
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (event.defaultPrevented || event.repeat || isTyping(event.target)) return;
    if (document.querySelector('[role="dialog"][aria-modal="true"], [role="menu"]') !== null) return;
    const action = shortcutOf(event);
    if (action === null) return;
    event.preventDefault();
    act(action);
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => onKey(event);
    window.addEventListener('keydown', listener);
    return () => window.removeEventListener('keydown', listener);
  }, []);
}
