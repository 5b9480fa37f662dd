import type { LocalMedia, MediaProblem } from '@stoa/client';
import { Alert, Button } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useStore } from '../../hooks/useStore';
import { InsecurePage } from './InsecurePage';
import classes from './MediaProblems.module.css';

/** What keeps the camera and the microphone from working, once when it is the same for both. */
export function MediaProblems({ media }: { media: LocalMedia }) {
  const { camera, microphone } = useStore(media);
  const shared = camera.problem !== null && camera.problem.code === microphone.problem?.code;
  if (camera.problem?.code === 'insecure-page' || microphone.problem?.code === 'insecure-page') return <InsecurePage />;
  return (
    <>
      {camera.problem !== null && (
        <ProblemAlert problem={camera.problem} onRetry={() => void (shared ? media.open() : media.setCamera(true))} />
      )}
      {microphone.problem !== null && !shared && (
        <ProblemAlert problem={microphone.problem} onRetry={() => void media.setMicrophone(true)} />
      )}
    </>
  );
}

function ProblemAlert({ problem, onRetry }: { problem: MediaProblem; onRetry: () => void }) {
  return (
    <Alert color="terracotta" icon={<IconAlertTriangle />} title={problem.message} role="status">
      <p className={classes.hint}>{problem.hint}</p>
      <Button size="xs" variant="default" onClick={onRetry}>
        Try again
      </Button>
    </Alert>
  );
}
