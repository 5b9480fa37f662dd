import { initialsOf, tintOf } from '../lib/person';
import classes from './InitialsAvatar.module.css';

/** A person's initials on the tint of their id. `size` is any CSS length. */
export function InitialsAvatar({ id, name, size }: { id: string; name: string; size: string }) {
  return (
    <span className={classes.avatar} style={{ width: size, background: tintOf(id) }} aria-hidden="true">
      <svg viewBox="0 0 40 40" width="100%" height="100%">
        {name.trim() === '' ? (
          <path d="M20 20a6 6 0 1 0 0-12a6 6 0 0 0 0 12m-12 14a12 10 0 0 1 24 0z" fill="#fff" />
        ) : (
          <text x="20" y="20" dy="0.35em" textAnchor="middle" fill="#fff" fontSize="15" fontWeight="600">
            {initialsOf(name)}
          </text>
        )}
      </svg>
    </span>
  );
}
