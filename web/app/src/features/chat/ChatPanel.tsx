import type { ChatMessage, FileTransfer } from '@stoa/client';
import { useEffect, useRef } from 'react';
import { FileItem } from '../files/FileItem';
import type { FileActions } from '../files/FileItem';
import { useFileDrop } from '../files/useFileDrop';
import { ChatForm } from './ChatForm';
import { ChatMessageItem } from './ChatMessageItem';
import classes from './ChatPanel.module.css';

/** Messages of one person within this time stand together under one name. */
const TOGETHER_MS = 3 * 60_000;
/** Closer to the end than this, new messages scroll into view. */
const NEAR_END_PX = 80;

interface Props {
  messages: readonly ChatMessage[];
  files: readonly FileTransfer[];
  draft: string;
  onDraft: (text: string) => void;
  onSend: (text: string) => void;
  onFiles: (files: readonly File[]) => void;
  fileActions: FileActions;
}

type Entry = { at: number; message: ChatMessage; file?: never } | { at: number; file: FileTransfer; message?: never };

export function ChatPanel({ messages, files, draft, onDraft, onSend, onFiles, fileActions }: Props) {
  const list = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const { isOver, handlers } = useFileDrop(onFiles);
  const entries: Entry[] = [
    ...messages.map((message) => ({ at: message.at, message })),
    ...files.map((file) => ({ at: file.at, file })),
  ].sort((one, other) => one.at - other.at);

  useEffect(() => {
    const element = list.current;
    const own = messages[messages.length - 1]?.from === null;
    if (element !== null && (atEnd.current || own)) element.scrollTop = element.scrollHeight;
  }, [messages, files.length]);

  return (
    <div className={classes.panel} data-over={isOver || undefined} {...handlers}>
      <div
        ref={list}
        className={classes.messages}
        tabIndex={entries.length > 0 ? 0 : undefined}
        aria-label="Messages"
        role="log"
        onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
          atEnd.current = scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
        }}
      >
        {entries.length === 0 ? (
          <p className={classes.empty}>
            Messages are seen by everyone who is here now, and are gone when the call ends.
          </p>
        ) : (
          <ul className={classes.list}>
            {entries.map(({ message, file }, index) =>
              message !== undefined ? (
                <ChatMessageItem
                  key={message.id}
                  message={message}
                  follows={follows(entries[index - 1]?.message, message)}
                />
              ) : (
                <FileItem key={file.id} file={file} actions={fileActions} />
              ),
            )}
          </ul>
        )}
      </div>
      {isOver && <p className={classes.drop}>Drop files to send them to everyone</p>}
      <ChatForm draft={draft} onDraft={onDraft} onSend={onSend} onFiles={onFiles} />
    </div>
  );
}

function follows(before: ChatMessage | undefined, message: ChatMessage): boolean {
  return before !== undefined && before.from === message.from && message.at - before.at < TOGETHER_MS;
}
