import { Logo } from './Logo';
import classes from './LoadingPage.module.css';

/** Shown only when loading takes long enough to be noticed. */
export function LoadingPage({ text = 'Loading…' }: { text?: string }) {
  return (
    <main className={classes.page} role="status">
      <Logo size={48} />
      <span className={classes.text}>{text}</span>
    </main>
  );
}
