import { Menu } from '@mantine/core';
import {
  IconActivity,
  IconDots,
  IconKeyboard,
  IconLink,
  IconMaximize,
  IconMinimize,
  IconPictureInPicture,
  IconScreenShare,
  IconSettings,
  IconUsers,
} from '@tabler/icons-react';
import { useFullscreen } from '../../hooks/useFullscreen';
import { useSelected } from '../../hooks/useStore';
import { RoundButton } from '../../ui/RoundButton';
import { useCall } from './CallContext';
import classes from './MoreMenu.module.css';
import { supportsPictureInPicture } from './pictureInPicture';
import type { CallActions } from './useCallActions';
import type { CallUi } from './useCallUi';

interface Props {
  ui: CallUi;
  actions: CallActions;
  /** On a narrow screen the menu also holds what the bar has no room for. */
  narrow: boolean;
}

const ICON = 18;

export function MoreMenu({ ui, actions, narrow }: Props) {
  const { media } = useCall();
  const sharing = useSelected(media, (state) => state.screen.track !== null);
  const canShare = useSelected(media, (state) => state.canShareScreen);
  const fullscreen = useFullscreen();
  return (
    <Menu position="top-end" offset={14} width={250}>
      <Menu.Target>
        <RoundButton label="More" icon={<IconDots />} />
      </Menu.Target>
      <Menu.Dropdown className={narrow ? classes.narrow : undefined}>
        {narrow && (
          <>
            {canShare && (
              <Menu.Item
                leftSection={<IconScreenShare size={ICON} />}
                data-testid="share-screen"
                onClick={actions.toggleScreen}
              >
                {sharing ? 'Stop sharing' : 'Share the screen'}
              </Menu.Item>
            )}
            <Menu.Item leftSection={<IconUsers size={ICON} />} onClick={actions.togglePeople}>
              People
            </Menu.Item>
            <Menu.Item leftSection={<IconLink size={ICON} />} onClick={() => void actions.copyLink()}>
              Copy link
            </Menu.Item>
            <Menu.Item leftSection={<IconActivity size={ICON} />} data-testid="stats" onClick={actions.toggleStats}>
              {ui.stats ? 'Hide statistics' : 'Statistics'}
            </Menu.Item>
            <Menu.Divider />
          </>
        )}
        {fullscreen.supported && (
          <Menu.Item
            leftSection={fullscreen.active ? <IconMinimize size={ICON} /> : <IconMaximize size={ICON} />}
            onClick={actions.toggleFullscreen}
          >
            {fullscreen.active ? 'Leave full screen' : 'Full screen'}
          </Menu.Item>
        )}
        {supportsPictureInPicture() && (
          <Menu.Item leftSection={<IconPictureInPicture size={ICON} />} onClick={actions.togglePictureInPicture}>
            Picture in picture
          </Menu.Item>
        )}
        <Menu.Item leftSection={<IconSettings size={ICON} />} onClick={() => ui.setDialog('settings')}>
          Settings
        </Menu.Item>
        <Menu.Item leftSection={<IconKeyboard size={ICON} />} onClick={() => ui.setDialog('shortcuts')}>
          Keyboard shortcuts
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
