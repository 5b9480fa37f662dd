import { Loader } from '@mantine/core';
import { useSelected } from '../../hooks/useStore';
import { useCall } from './CallContext';
import classes from './StatusBanner.module.css';

/** The signaling connection is lost: what plays goes on playing. */
export function StatusBanner({ talking }: { talking: boolean }) {
  const { room } = useCall();
  const status = useSelected(room, (state) => state.status);
  return (
    <div className={classes.place} role="status">
      {status.kind === 'reconnecting' && (
        <div className={classes.banner}>
          <Loader size={16} color="currentColor" />
          {status.attempt > 3
            ? 'Still trying to reach the server. The call goes on.'
            : 'Reconnecting… The call goes on.'}
        </div>
      )}
      {talking && <div className={classes.banner}>You are heard while you hold Space</div>}
    </div>
  );
}
