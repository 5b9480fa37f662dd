import { memo } from 'react';
import { useSize } from '../../hooks/useSize';
import { useSelected } from '../../hooks/useStore';
import { arrange, focusedTile, type Focus, type Scene, type TileKey } from './arrange';
import { useCall } from './CallContext';
import classes from './CallStage.module.css';
import { InviteCard } from './InviteCard';
import { LocalScreenTile } from './LocalScreenTile';
import { LocalTile } from './LocalTile';
import { RemoteTile } from './RemoteTile';

const GAP = 10;

/** All the tiles. Each keeps its element while it moves between grid, stage and strip. */
export const CallStage = memo(function CallStage({
  focus,
  onPin,
}: {
  focus: Focus;
  onPin: (key: TileKey, large: boolean) => void;
}) {
  const { room, media } = useCall();
  const participants = useSelected(room, (state) => state.participants);
  const sharing = useSelected(media, (state) => state.screen.track !== null);
  const { ref, size } = useSize();
  const scene: Scene = {
    cameras: participants.map(({ id }) => `camera:${id}` as const),
    screens: participants.filter(({ screen }) => screen !== null).map(({ id }) => `screen:${id}` as const),
    sharing,
    focus,
  };
  const focused = focusedTile(scene);
  const placements = size === null ? [] : arrange(scene, size, GAP);
  // One order for the elements, whatever the arrangement: moving a video in the document would stop it.
  const order = [...placements].sort((a, b) => (a.key < b.key ? -1 : 1));

  const contentOf = (key: TileKey) => {
    const pinned = key === focused;
    if (key === 'local') return <LocalTile pinned={pinned} onPin={onPin} />;
    if (key === 'local-screen') return <LocalScreenTile pinned={pinned} onPin={onPin} />;
    if (key === 'invite') return <InviteCard />;
    const source = key.startsWith('screen:') ? 'screen' : 'camera';
    const participant = participants.find(({ id }) => key === `${source}:${id}`);
    if (participant === undefined) return null;
    return <RemoteTile participant={participant} source={source} pinned={pinned} onPin={onPin} />;
  };

  return (
    <div ref={ref} className={classes.stage}>
      {order.map(({ key, role, rect }) => (
        <div
          key={key}
          className={classes.slot}
          data-role={role}
          style={{
            transform: `translate(${rect.left}px, ${rect.top}px)`,
            width: Math.max(0, rect.width),
            height: Math.max(0, rect.height),
          }}
        >
          {contentOf(key)}
        </div>
      ))}
    </div>
  );
});
