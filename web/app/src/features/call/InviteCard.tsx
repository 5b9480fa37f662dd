import { useInviteLink } from '../../hooks/useInviteLink';
import { CopyLink } from '../../ui/CopyLink';
import { useCall } from './CallContext';
import classes from './InviteCard.module.css';

/** Stands where the others will be. */
export function InviteCard() {
  const { room } = useCall();
  const link = useInviteLink(room);
  return (
    <section className={classes.card} aria-label="Invite others">
      <h2 className={classes.title}>You’re the only one here</h2>
      <p className={classes.text}>Send this link to whoever should come. They join from their browser.</p>
      <CopyLink link={link} />
    </section>
  );
}
