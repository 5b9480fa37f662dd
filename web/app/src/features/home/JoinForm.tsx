import { Button, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { checkRoomName } from '../../lib/roomName';
import classes from './JoinForm.module.css';

export function JoinForm({ onJoin }: { onJoin: (room: string) => void }) {
  const [text, setText] = useState('');
  const [problem, setProblem] = useState<string | null>(null);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    const result = checkRoomName(text);
    if (result.ok) onJoin(result.name);
    else setProblem(result.problem);
  };

  return (
    <form className={classes.form} onSubmit={submit} noValidate>
      <TextInput
        className={classes.input}
        size="md"
        value={text}
        aria-label="Room name"
        placeholder="Room name"
        dir="auto"
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        enterKeyHint="go"
        error={problem}
        data-testid="room-name"
        onChange={(event) => {
          setText(event.currentTarget.value);
          setProblem(null);
        }}
      />
      <Button type="submit" size="md" variant="default" data-testid="join">
        Join
      </Button>
    </form>
  );
}
