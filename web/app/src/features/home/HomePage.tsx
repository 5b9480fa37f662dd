import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useNavigate } from 'react-router';
import { useTitle } from '../../hooks/useTitle';
import { roomPath } from '../../lib/links';
import { randomRoomName } from '../../lib/randomName';
import { Logo } from '../../ui/Logo';
import { ThemeButton } from '../../ui/ThemeButton';
import { Colonnade } from './Colonnade';
import classes from './HomePage.module.css';
import { JoinForm } from './JoinForm';
import { RecentRooms } from './RecentRooms';

export function HomePage() {
  useTitle('Stoa');
  const navigate = useNavigate();
  return (
    <div className={classes.page}>
      <header className={classes.header}>
        <Logo size={34} word />
        <ThemeButton />
      </header>
      <main className={classes.main}>
        <div className={classes.words}>
          <h1 className={classes.title}>Meet under one roof.</h1>
          <p className={classes.lead}>
            Video calls from your own server: send a link, and talk. No account, nothing to install.
          </p>
          <Button
            size="lg"
            leftSection={<IconPlus size={20} />}
            className={classes.create}
            onClick={() => void navigate(roomPath(randomRoomName()))}
          >
            New room
          </Button>
          <div className={classes.or}>or join one by its name</div>
          <JoinForm onJoin={(room) => void navigate(roomPath(room))} />
          <RecentRooms />
        </div>
        <Colonnade />
      </main>
    </div>
  );
}
