import type { MediaState, Quality } from '@stoa/client';
import { ActionIcon, Tooltip } from '@mantine/core';
import {
  IconMicrophone,
  IconMicrophoneOff,
  IconPin,
  IconScreenShare,
  IconVideo,
  IconVideoOff,
} from '@tabler/icons-react';
import { memo } from 'react';
import { InitialsAvatar } from '../../ui/InitialsAvatar';
import { QualityBars } from '../../ui/QualityBars';
import classes from './PersonRow.module.css';

interface Props {
  id: string;
  name: string;
  /** The person at this screen. */
  own?: boolean;
  media: MediaState;
  speaking: boolean;
  quality: Quality;
  connected: boolean;
  onShow: () => void;
}

export const PersonRow = memo(function PersonRow({
  id,
  name,
  own = false,
  media,
  speaking,
  quality,
  connected,
  onShow,
}: Props) {
  return (
    <li className={classes.row} data-speaking={speaking || undefined} data-away={!connected || undefined}>
      <InitialsAvatar id={id} name={name} size="36px" />
      <span className={classes.name} dir="auto">
        {own ? `${name} (you)` : name}
        {!connected && <span className={classes.away}>reconnecting…</span>}
      </span>
      <span className={classes.icons}>
        {media.screen && <IconScreenShare size={18} role="img" aria-label="Shares the screen" />}
        {media.camera ? (
          <IconVideo size={18} role="img" aria-label="Camera on" />
        ) : (
          <IconVideoOff size={18} role="img" aria-label="Camera off" className={classes.off} />
        )}
        {media.microphone ? (
          <IconMicrophone size={18} role="img" aria-label="Microphone on" className={classes.microphone} />
        ) : (
          <IconMicrophoneOff size={18} role="img" aria-label="Microphone off" className={classes.off} />
        )}
        <QualityBars quality={quality} />
        <Tooltip label="Show large">
          <ActionIcon size={32} radius="xl" aria-label={`Show ${name} large`} onClick={onShow}>
            <IconPin size={17} />
          </ActionIcon>
        </Tooltip>
      </span>
    </li>
  );
});
