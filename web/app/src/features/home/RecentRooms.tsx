import { ActionIcon } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { Link } from 'react-router';
import { usePreferences } from '../../hooks/usePreferences';
import { roomPath } from '../../lib/links';
import { preferences } from '../../lib/preferences';
import classes from './RecentRooms.module.css';

export function RecentRooms() {
  const { recentRooms } = usePreferences();
  if (recentRooms.length === 0) return null;
  return (
    <section className={classes.section} aria-labelledby="recent-rooms">
      <h2 id="recent-rooms" className={classes.title}>
        Recent rooms
      </h2>
      <ul className={classes.list}>
        {recentRooms.map((room) => (
          <li key={room} className={classes.item}>
            <Link to={roomPath(room)} className={classes.link} dir="auto">
              {room}
            </Link>
            <ActionIcon
              size="sm"
              radius="xl"
              aria-label={`Forget ${room}`}
              onClick={() => preferences.set({ recentRooms: recentRooms.filter((other) => other !== room) })}
            >
              <IconX size={14} />
            </ActionIcon>
          </li>
        ))}
      </ul>
    </section>
  );
}
