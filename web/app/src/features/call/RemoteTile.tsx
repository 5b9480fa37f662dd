import type { RemoteParticipant } from '@stoa/client';
import { memo } from 'react';
import type { TileKey } from './arrange';
import { RemoteVideo } from './RemoteVideo';
import { Tile } from './Tile';

interface Props {
  participant: RemoteParticipant;
  source: 'camera' | 'screen';
  pinned: boolean;
  onPin: (key: TileKey, large: boolean) => void;
}

/** Somebody's camera and microphone, or their screen. Renders again only when their snapshot changes. */
export const RemoteTile = memo(function RemoteTile({ participant, source, pinned, onPin }: Props) {
  const { id, name, media, speaking, quality } = participant;
  const overlay = overlayOf(participant);
  const pin = () => onPin(`${source}:${id}`, !pinned);
  if (source === 'screen') {
    if (participant.screen === null) return null;
    return (
      <Tile
        id={id}
        name={name}
        tag={`${name}’s screen`}
        kind="screen"
        picture
        overlay={overlay}
        pinned={pinned}
        onPin={pin}
      >
        <RemoteVideo participant={id} source="screen" stream={participant.screen} label={`${name}’s screen`} />
      </Tile>
    );
  }
  return (
    <Tile
      id={id}
      name={name}
      kind="camera"
      picture={media.camera}
      muted={!media.microphone}
      speaking={speaking}
      quality={quality}
      overlay={overlay}
      pinned={pinned}
      onPin={pin}
    >
      <RemoteVideo participant={id} source="camera" stream={participant.stream} label={name} />
    </Tile>
  );
});

/** Media may flow while signaling is lost and the other way round; both are worth a word. */
function overlayOf({ connected, connection }: RemoteParticipant): string | null {
  switch (connection) {
    case 'failed':
      return 'No connection. Trying again…';
    case 'interrupted':
      return 'Reconnecting…';
    case 'new':
    case 'connecting':
      return connected ? 'Connecting…' : 'Reconnecting…';
    case 'connected':
      return connected ? null : 'Reconnecting…';
  }
}
