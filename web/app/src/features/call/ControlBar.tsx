import { useMediaQuery } from '@mantine/hooks';
import {
  IconActivity,
  IconLink,
  IconMessage,
  IconPhone,
  IconScreenShare,
  IconScreenShareOff,
  IconUsers,
} from '@tabler/icons-react';
import type { MouseEvent } from 'react';
import { useSelected } from '../../hooks/useStore';
import { RoundButton } from '../../ui/RoundButton';
import { useUnread } from '../chat/useUnread';
import { useCall } from './CallContext';
import { CameraButton } from './CameraButton';
import classes from './ControlBar.module.css';
import { MicrophoneButton } from './MicrophoneButton';
import { MoreMenu } from './MoreMenu';
import type { CallActions } from './useCallActions';
import type { CallUi } from './useCallUi';

/** A button that was clicked by a pointer gives the keyboard back, so that Space means "hold to talk" again. */
function releaseFocus(event: MouseEvent) {
  const pressed = event.detail > 0 && event.target instanceof Element ? event.target.closest('button') : null;
  if (pressed !== null && !pressed.hasAttribute('aria-haspopup')) pressed.blur();
}

export function ControlBar({ ui, actions }: { ui: CallUi; actions: CallActions }) {
  const { room, media } = useCall();
  const roomName = useSelected(room, (state) => state.room);
  const messages = useSelected(room, (state) => state.chat);
  const files = useSelected(room, (state) => state.files);
  const sharing = useSelected(media, (state) => state.screen.track !== null);
  const canShare = useSelected(media, (state) => state.canShareScreen);
  const narrow = !useMediaQuery('(min-width: 700px)', true, { getInitialValueInEffect: false });
  const isChatVisible = ui.panel === 'chat';
  const unread =
    useUnread(messages, ({ from }) => from !== null, isChatVisible) +
    useUnread(files, ({ direction }) => direction === 'in', isChatVisible);
  const settings = () => ui.setDialog('settings');

  return (
    <div className={classes.bar} role="group" aria-label="Call controls" onClick={releaseFocus}>
      <div className={classes.room} dir="auto">
        {roomName}
      </div>
      <div className={classes.group}>
        <MicrophoneButton onToggle={actions.toggleMicrophone} onSettings={settings} />
        <CameraButton onToggle={actions.toggleCamera} onSettings={settings} />
        {!narrow && (
          <RoundButton
            label="Share the screen"
            tooltip={
              !canShare ? 'This browser cannot share a screen' : sharing ? 'Stop sharing (S)' : 'Share the screen (S)'
            }
            icon={sharing ? <IconScreenShareOff /> : <IconScreenShare />}
            tone={sharing ? 'active' : 'plain'}
            aria-pressed={sharing}
            disabled={!canShare}
            data-testid="share-screen"
            onClick={actions.toggleScreen}
          />
        )}
        {narrow && <ChatButton ui={ui} unread={unread} onClick={actions.toggleChat} />}
        <MoreMenu ui={ui} actions={actions} narrow={narrow} />
        <RoundButton
          label="Leave the call"
          icon={<IconPhone />}
          tone="danger"
          className={classes.leave}
          data-testid="leave"
          onClick={actions.leave}
        />
      </div>
      {!narrow && (
        <div className={classes.side}>
          <RoundButton
            size="sm"
            label="Copy link"
            icon={<IconLink size={22} />}
            onClick={() => void actions.copyLink()}
          />
          <RoundButton
            size="sm"
            label="Statistics"
            tooltip="Statistics (I)"
            icon={<IconActivity size={22} />}
            tone={ui.stats ? 'active' : 'plain'}
            aria-pressed={ui.stats}
            data-testid="stats"
            onClick={actions.toggleStats}
          />
          <RoundButton
            size="sm"
            label="People"
            tooltip="People (P)"
            icon={<IconUsers size={22} />}
            tone={ui.panel === 'people' ? 'active' : 'plain'}
            aria-pressed={ui.panel === 'people'}
            onClick={actions.togglePeople}
          />
          <ChatButton ui={ui} unread={unread} onClick={actions.toggleChat} />
        </div>
      )}
    </div>
  );
}

function ChatButton({ ui, unread, onClick }: { ui: CallUi; unread: number; onClick: () => void }) {
  return (
    <RoundButton
      size="sm"
      label="Chat"
      tooltip="Chat (C)"
      icon={<IconMessage size={22} />}
      tone={ui.panel === 'chat' ? 'active' : 'plain'}
      aria-pressed={ui.panel === 'chat'}
      count={unread}
      onClick={onClick}
    />
  );
}
