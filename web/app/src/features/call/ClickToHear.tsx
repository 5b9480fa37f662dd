import { Button } from '@mantine/core';
import { IconVolume } from '@tabler/icons-react';
import { useStore } from '../../hooks/useStore';
import { useCall } from './CallContext';
import classes from './ClickToHear.module.css';

/** Browsers may refuse sound until the page is clicked. */
export function ClickToHear() {
  const { playback } = useCall();
  if (!useStore(playback)) return null;
  return (
    <div className={classes.place}>
      <Button size="md" radius="xl" leftSection={<IconVolume size={20} />} onClick={() => playback.unsilence()}>
        Click to hear
      </Button>
    </div>
  );
}
