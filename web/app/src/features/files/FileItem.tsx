import type { FileTransfer } from '@stoa/client';
import { ActionIcon, Button, Progress, Tooltip } from '@mantine/core';
import { IconDownload, IconFile, IconX } from '@tabler/icons-react';
import { memo } from 'react';
import classes from './FileItem.module.css';
import { save } from './save';
import { readableSize } from './size';

export interface FileActions {
  readonly accept: (id: string) => void;
  readonly decline: (id: string) => void;
  readonly cancel: (id: string) => void;
}

interface Props {
  file: FileTransfer;
  actions: FileActions;
}

export const FileItem = memo(function FileItem({ file, actions }: Props) {
  const { id, direction, state, size, bytes, blob } = file;
  const isOffer = direction === 'in' && state === 'offered';
  const isGoing = state === 'active' || state === 'waiting';
  return (
    <li
      className={classes.item}
      data-own={direction === 'out' || undefined}
      data-testid="file-item"
      data-direction={direction}
      data-state={state}
      data-bytes={bytes}
    >
      <div className={classes.head}>
        {direction === 'out' ? 'To ' : 'From '}
        <bdi className={classes.person}>{file.person}</bdi>
      </div>
      <div className={classes.card}>
        <IconFile size={22} aria-hidden className={classes.icon} />
        <div className={classes.body}>
          <bdi className={classes.name}>{file.name}</bdi>
          <span className={classes.state} role={isGoing ? undefined : 'status'}>
            {describe(file)}
          </span>
          {isGoing && (
            <Progress
              value={size === 0 ? 100 : (100 * bytes) / size}
              size="sm"
              radius="xl"
              aria-label={`${file.name}, transferred`}
            />
          )}
          {isOffer && (
            <div className={classes.choice}>
              <Button size="compact-sm" data-testid="file-accept" onClick={() => actions.accept(id)}>
                Accept
              </Button>
              <Button
                size="compact-sm"
                variant="default"
                data-testid="file-decline"
                onClick={() => actions.decline(id)}
              >
                Decline
              </Button>
            </div>
          )}
        </div>
        {blob !== null && <SaveButton blob={blob} name={file.name} />}
        {(isGoing || (direction === 'out' && state === 'offered')) && (
          <Tooltip label="Cancel">
            <ActionIcon
              variant="subtle"
              color="gray"
              size={36}
              radius="xl"
              aria-label={`Cancel ${file.name}`}
              data-testid="file-cancel"
              onClick={() => actions.cancel(id)}
            >
              <IconX size={18} />
            </ActionIcon>
          </Tooltip>
        )}
      </div>
    </li>
  );
});

function SaveButton({ blob, name }: { blob: Blob; name: string }) {
  return (
    <Tooltip label="Save">
      <ActionIcon
        variant="subtle"
        size={36}
        radius="xl"
        aria-label={`Save ${name}`}
        data-testid="file-save"
        onClick={() => save(blob, name)}
      >
        <IconDownload size={18} />
      </ActionIcon>
    </Tooltip>
  );
}

function describe({ direction, state, size, bytes, problem }: FileTransfer): string {
  const whole = readableSize(size);
  switch (state) {
    case 'offered':
      return direction === 'in' ? whole : `${whole}, not accepted yet`;
    case 'waiting':
      return `${readableSize(bytes)} of ${whole}, waiting for the connection…`;
    case 'active':
      return `${readableSize(bytes)} of ${whole}`;
    case 'done':
      return direction === 'in' ? `${whole}, complete` : `${whole}, received`;
    case 'declined':
      return 'Declined';
    case 'cancelled':
      return 'Cancelled';
    case 'failed':
      return problem === null ? 'Failed' : `${problem.message} ${problem.hint}`;
  }
}
