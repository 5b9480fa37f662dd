import { memo } from 'react';
import { usePreferences } from '../../hooks/usePreferences';
import { useSelected } from '../../hooks/useStore';
import { useTrackStream } from '../../hooks/useTrackStream';
import { StreamVideo } from '../../ui/StreamVideo';
import type { TileKey } from './arrange';
import { useCall } from './CallContext';
import { Tile } from './Tile';

interface Props {
  pinned: boolean;
  onPin: (key: TileKey, large: boolean) => void;
}

export const LocalTile = memo(function LocalTile({ pinned, onPin }: Props) {
  const { room, media } = useCall();
  const local = useSelected(room, (state) => state.local);
  const camera = useSelected(media, (state) => state.camera);
  const microphoneOn = useSelected(media, (state) => state.microphone.status === 'on');
  const { mirror } = usePreferences();
  const stream = useTrackStream(camera.track);
  return (
    <Tile
      id={local.id ?? 'local'}
      name={local.name}
      tag="You"
      kind="camera"
      picture={camera.status === 'on'}
      muted={!microphoneOn}
      speaking={local.speaking && microphoneOn}
      quality={local.quality}
      pinned={pinned}
      onPin={() => onPin('local', !pinned)}
    >
      <StreamVideo stream={stream} muted mirrored={mirror} aria-label="Your camera" data-testid="local-video" />
    </Tile>
  );
});
