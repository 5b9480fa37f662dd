import { useCallback, useEffect } from 'react';
import { useSelected } from '../../hooks/useStore';
import { useWakeLock } from '../../hooks/useWakeLock';
import { useToasts } from '../notices/useToasts';
import { SettingsDialog } from '../settings/SettingsDialog';
import { ShortcutsDialog } from '../settings/ShortcutsDialog';
import { StatsPanel } from '../stats/StatsPanel';
import type { TileKey } from './arrange';
import { useCall } from './CallContext';
import classes from './CallLayout.module.css';
import { CallStage } from './CallStage';
import { ClickToHear } from './ClickToHear';
import { ControlBar } from './ControlBar';
import type { ShortcutAction } from './shortcuts';
import { SidePanel } from './SidePanel';
import { StatusBanner } from './StatusBanner';
import { useCallActions } from './useCallActions';
import { useCallUi } from './useCallUi';
import { useHoldToTalk } from './useHoldToTalk';
import { useShortcuts } from './useShortcuts';

export function CallLayout() {
  const { room, media } = useCall();
  const ui = useCallUi();
  const actions = useCallActions(ui);
  const talking = useHoldToTalk(media);
  useToasts(room, media);
  useWakeLock();
  useShortcuts((action) => runShortcut(action, ui, actions));

  const topology = useSelected(room, (state) => state.topology);

  // A newly shared screen comes to the stage even after the last one was put away.
  const screens = useSelected(room, (state) => state.participants.filter(({ screen }) => screen !== null).length);
  const { setFocus } = ui;
  useEffect(() => setFocus((focus) => (focus.kind === 'none' ? { kind: 'auto' } : focus)), [screens, setFocus]);

  const pin = useCallback(
    (key: TileKey, large: boolean) => setFocus(large ? { kind: 'tile', key } : { kind: 'none' }),
    [setFocus],
  );

  return (
    <div className={classes.call} data-testid="call" data-topology={topology}>
      <div className={classes.middle}>
        <main className={classes.stage}>
          <h1 className={classes.title}>{room.snapshot.room}</h1>
          <CallStage focus={ui.focus} onPin={pin} />
          {ui.stats && <StatsPanel onClose={() => ui.setStats(false)} />}
          <ClickToHear />
          <StatusBanner talking={talking} />
        </main>
        <SidePanel tab={ui.panel} onTab={ui.setPanel} onShow={ui.show} />
      </div>
      <ControlBar ui={ui} actions={actions} />
      <SettingsDialog opened={ui.dialog === 'settings'} onClose={() => ui.setDialog(null)} />
      <ShortcutsDialog opened={ui.dialog === 'shortcuts'} onClose={() => ui.setDialog(null)} />
    </div>
  );
}

function runShortcut(
  action: ShortcutAction,
  ui: ReturnType<typeof useCallUi>,
  actions: ReturnType<typeof useCallActions>,
): void {
  switch (action) {
    case 'microphone':
      return actions.toggleMicrophone();
    case 'camera':
      return actions.toggleCamera();
    case 'share':
      return actions.toggleScreen();
    case 'chat':
      return actions.toggleChat();
    case 'people':
      return actions.togglePeople();
    case 'stats':
      return actions.toggleStats();
    case 'fullscreen':
      return actions.toggleFullscreen();
    case 'help':
      return ui.setDialog('shortcuts');
    case 'escape':
      if (ui.stats) ui.setStats(false);
      else if (ui.panel !== null) ui.setPanel(null);
      else ui.showAllAlike();
  }
}
