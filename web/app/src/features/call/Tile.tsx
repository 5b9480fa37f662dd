import { ActionIcon, Tooltip } from '@mantine/core';
import { IconMicrophoneOff, IconPin, IconPinnedOff, IconScreenShare } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { tintOf } from '../../lib/person';
import { InitialsAvatar } from '../../ui/InitialsAvatar';
import { QualityBars, type QualityLevel } from '../../ui/QualityBars';
import classes from './Tile.module.css';

export interface TileProps {
  /** Gives the tint. */
  id: string;
  name: string;
  /** Shown on the tag, default: the name. */
  tag?: string;
  kind: 'camera' | 'screen';
  /** Whether a picture comes; else the initials are shown. */
  picture: boolean;
  muted?: boolean;
  speaking?: boolean;
  quality?: QualityLevel;
  /** Words over a dimmed picture, such as "Reconnecting…". */
  overlay?: string | null;
  pinned: boolean;
  onPin: () => void;
  children: ReactNode;
}

/** The frame around a video: name, badges, ring of the speaker. */
export function Tile({
  id,
  name,
  tag = name,
  kind,
  picture,
  muted = false,
  speaking = false,
  quality = 'unknown',
  overlay = null,
  pinned,
  onPin,
  children,
}: TileProps) {
  const action = pinned ? 'Show everyone alike' : `Show ${tag} large`;
  return (
    <div
      className={classes.tile}
      data-testid="tile"
      data-kind={kind}
      data-speaking={speaking || undefined}
      data-pinned={pinned || undefined}
      style={{ '--tint': tintOf(id) } as React.CSSProperties}
      onDoubleClick={onPin}
    >
      {children}
      {!picture && (
        <div className={classes.cover}>
          <InitialsAvatar id={id} name={name} size="clamp(36px, 38cqmin, 168px)" />
        </div>
      )}
      {overlay !== null && <div className={classes.overlay}>{overlay}</div>}
      <div className={classes.ring} />
      <div className={classes.tag}>
        {muted && <IconMicrophoneOff size={15} aria-label="Microphone off" role="img" className={classes.muted} />}
        {kind === 'screen' && <IconScreenShare size={15} aria-hidden="true" />}
        <span className={classes.name} dir="auto">
          {tag}
        </span>
        {quality !== 'unknown' && quality !== 'good' && <QualityBars quality={quality} />}
      </div>
      <div className={classes.actions} onDoubleClick={(event) => event.stopPropagation()}>
        <Tooltip label={action}>
          <ActionIcon
            size={36}
            radius="xl"
            className={classes.pin}
            aria-label={action}
            aria-pressed={pinned}
            onClick={onPin}
          >
            {pinned ? <IconPinnedOff size={18} /> : <IconPin size={18} />}
          </ActionIcon>
        </Tooltip>
      </div>
    </div>
  );
}
