import type { LocalMedia, Problem } from '@stoa/client';
import { Alert, Anchor, Button, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { Link } from 'react-router';
import { useStore } from '../../hooks/useStore';
import { checkDisplayName } from '../../lib/roomName';
import { Logo } from '../../ui/Logo';
import { ThemeButton } from '../../ui/ThemeButton';
import { DevicePickers } from './DevicePickers';
import classes from './LobbyPage.module.css';
import { MediaProblems } from './MediaProblems';
import { Preview } from './Preview';

interface Props {
  roomName: string;
  media: LocalMedia;
  name: string;
  onName: (name: string) => void;
  joining: boolean;
  /** Why the server refused, or null. */
  problem: Problem | null;
  onJoin: (name: string) => void;
}

export function LobbyPage({ roomName, media, name, onName, joining, problem, onJoin }: Props) {
  const { camera, microphone } = useStore(media);
  const [nameProblem, setNameProblem] = useState<string | null>(null);
  const silent = camera.track === null && microphone.track === null;

  const submit = (event: FormEvent) => {
    event.preventDefault();
    const result = checkDisplayName(name);
    if (result.ok) onJoin(result.name);
    else setNameProblem(result.problem);
  };

  return (
    <div className={classes.page}>
      <header className={classes.header}>
        <Anchor component={Link} to="/" underline="never" className={classes.home} aria-label="Stoa, home">
          <Logo size={30} word />
        </Anchor>
        <ThemeButton />
      </header>
      <main className={classes.main}>
        <section className={classes.devices} aria-label="Camera and microphone">
          <Preview media={media} name={name} />
          <MediaProblems media={media} />
          <DevicePickers media={media} />
        </section>
        <form className={classes.form} onSubmit={submit} noValidate>
          <p className={classes.kicker}>You are about to join</p>
          <h1 className={classes.title} dir="auto">
            {roomName}
          </h1>
          {problem !== null && (
            <Alert color="red" title={problem.message} role="alert">
              {problem.hint}
            </Alert>
          )}
          <TextInput
            label="Your name"
            size="md"
            value={name}
            dir="auto"
            autoComplete="name"
            autoFocus={matchMedia('(hover: hover)').matches}
            maxLength={200}
            error={nameProblem}
            data-testid="display-name"
            onChange={(event) => {
              onName(event.currentTarget.value);
              setNameProblem(null);
            }}
          />
          <Button type="submit" size="lg" loading={joining} data-testid="join">
            {silent ? 'Join anyway' : 'Join'}
          </Button>
          {silent && <p className={classes.note}>Nobody will see or hear you, but you will see and hear them.</p>}
        </form>
      </main>
    </div>
  );
}
