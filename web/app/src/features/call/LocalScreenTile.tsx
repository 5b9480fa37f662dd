import { Button } from '@mantine/core';
import { memo } from 'react';
import { useSelected } from '../../hooks/useStore';
import { useTrackStream } from '../../hooks/useTrackStream';
import { StreamVideo } from '../../ui/StreamVideo';
import type { TileKey } from './arrange';
import { useCall } from './CallContext';
import classes from './LocalScreenTile.module.css';
import { Tile } from './Tile';

interface Props {
  pinned: boolean;
  onPin: (key: TileKey, large: boolean) => void;
}

export const LocalScreenTile = memo(function LocalScreenTile({ pinned, onPin }: Props) {
  const { room, media } = useCall();
  const local = useSelected(room, (state) => state.local);
  const track = useSelected(media, (state) => state.screen.track);
  const stream = useTrackStream(track);
  return (
    <Tile
      id={local.id ?? 'local'}
      name={local.name}
      tag="Your screen"
      kind="screen"
      picture
      pinned={pinned}
      onPin={() => onPin('local-screen', !pinned)}
    >
      <StreamVideo stream={stream} muted data-fit="contain" aria-label="Your screen" className={classes.video} />
      <div className={classes.stop}>
        <Button size="xs" color="terracotta" onClick={() => media.stopScreen()}>
          Stop sharing
        </Button>
      </div>
    </Tile>
  );
});
