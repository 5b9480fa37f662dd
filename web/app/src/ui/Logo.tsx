import classes from './Logo.module.css';

/** A colonnade of three columns; the middle one has the floor. */
export function Logo({ size = 32, word = false }: { size?: number; word?: boolean }) {
  return (
    <span className={classes.root}>
      <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
        <g fill="currentColor">
          <rect x="3" y="4" width="26" height="3.6" rx="1.8" />
          <rect x="6" y="10" width="4.4" height="13" rx="2.2" />
          <rect x="21.6" y="10" width="4.4" height="13" rx="2.2" />
          <rect x="3" y="25.4" width="26" height="3" rx="1.5" />
        </g>
        <rect x="13.8" y="10" width="4.4" height="13" rx="2.2" fill="var(--stoa-accent)" />
      </svg>
      {word && <span className={classes.word}>Stoa</span>}
    </span>
  );
}
