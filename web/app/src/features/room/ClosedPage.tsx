import type { Problem } from '@stoa/client';
import { Button } from '@mantine/core';
import { useState } from 'react';
import { Link } from 'react-router';
import { MessagePage } from '../../ui/MessagePage';

interface Props {
  roomName: string;
  /** Null when the person left. */
  problem: Problem | null;
  onRejoin: () => void;
}

export function ClosedPage({ roomName, problem, onRejoin }: Props) {
  const [busy, setBusy] = useState(false);
  const elsewhere = problem?.code === 'session-taken-over';
  const rejoin = () => {
    setBusy(true);
    onRejoin();
  };
  return (
    <MessagePage
      title={problem === null ? 'You left the call' : elsewhere ? 'This call goes on in another tab' : problem.message}
      actions={
        <>
          <Button onClick={rejoin} loading={busy}>
            {elsewhere ? 'Bring it back here' : problem === null ? 'Rejoin' : 'Try again'}
          </Button>
          <Button variant="default" component={Link} to="/">
            Home
          </Button>
        </>
      }
    >
      {problem === null && (
        <p>
          Room <strong dir="auto">{roomName}</strong>
        </p>
      )}
      {elsewhere && <p>You can close this tab, or go on here; the other one stops then.</p>}
      {problem !== null && !elsewhere && <p>{problem.hint}</p>}
    </MessagePage>
  );
}
