import { Button } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useCopy } from '../hooks/useCopy';
import classes from './CopyLink.module.css';

/** A link to select by hand, and a button that copies it. */
export function CopyLink({ link }: { link: string }) {
  const { copied, copy } = useCopy();
  return (
    <div className={classes.root}>
      <input
        className={classes.link}
        readOnly
        value={link}
        aria-label="Link to this room"
        onFocus={(event) => event.currentTarget.select()}
      />
      <Button
        size="sm"
        leftSection={copied ? <IconCheck size={18} /> : <IconCopy size={18} />}
        onClick={() => void copy(link)}
      >
        {copied ? 'Copied' : 'Copy link'}
      </Button>
    </div>
  );
}
