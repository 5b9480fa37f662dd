import { ActionIcon, Textarea, Tooltip } from '@mantine/core';
import { IconSend2 } from '@tabler/icons-react';
import type { FormEvent, KeyboardEvent } from 'react';
import { FileButton } from '../files/FileButton';
import classes from './ChatForm.module.css';

/** Code points, as the protocol counts. */
export const MAX_MESSAGE_LENGTH = 4000;
const COUNT_FROM = 3600;

interface Props {
  draft: string;
  onDraft: (text: string) => void;
  onSend: (text: string) => void;
  onFiles: (files: readonly File[]) => void;
}

export function ChatForm({ draft, onDraft, onSend, onFiles }: Props) {
  const text = draft.trim();
  const length = draft.length < COUNT_FROM ? 0 : [...text].length;
  const tooLong = length > MAX_MESSAGE_LENGTH;

  const send = () => {
    if (text === '' || tooLong) return;
    onSend(text);
    onDraft('');
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    send();
  };
  const onKey = (event: KeyboardEvent) => {
    // While an input method composes, Enter picks a word.
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  };

  return (
    <form className={classes.form} onSubmit={submit}>
      <FileButton onFiles={onFiles} />
      <Textarea
        className={classes.input}
        radius="lg"
        autosize
        minRows={1}
        maxRows={6}
        value={draft}
        dir="auto"
        placeholder="Message everyone"
        aria-label="Message everyone"
        error={length > COUNT_FROM && `${length} of ${MAX_MESSAGE_LENGTH} characters`}
        data-testid="chat-input"
        onChange={(event) => onDraft(event.currentTarget.value)}
        onKeyDown={onKey}
      />
      <Tooltip label="Send">
        <ActionIcon
          type="submit"
          variant="filled"
          color="aegean"
          size={44}
          radius="xl"
          disabled={text === '' || tooLong}
          aria-label="Send message"
          data-testid="chat-send"
        >
          <IconSend2 size={20} />
        </ActionIcon>
      </Tooltip>
    </form>
  );
}
