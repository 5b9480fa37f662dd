import type { ChatMessage } from '@stoa/client';
import { useEffect, useRef } from 'react';
import { ChatForm } from './ChatForm';
import { ChatMessageItem } from './ChatMessageItem';
import classes from './ChatPanel.module.css';

/** Messages of one person within this time stand together under one name. */
const TOGETHER_MS = 3 * 60_000;
/** Closer to the end than this, new messages scroll into view. */
const NEAR_END_PX = 80;

interface Props {
  messages: readonly ChatMessage[];
  draft: string;
  onDraft: (text: string) => void;
  onSend: (text: string) => void;
}

export function ChatPanel({ messages, draft, onDraft, onSend }: Props) {
  const list = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);

  useEffect(() => {
    const element = list.current;
    const own = messages[messages.length - 1]?.from === null;
    if (element !== null && (atEnd.current || own)) element.scrollTop = element.scrollHeight;
  }, [messages]);

  return (
    <div className={classes.panel}>
      <div
        ref={list}
        className={classes.messages}
        tabIndex={messages.length > 0 ? 0 : undefined}
        aria-label="Messages"
        role="log"
        onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
          atEnd.current = scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
        }}
      >
        {messages.length === 0 ? (
          <p className={classes.empty}>
            Messages are seen by everyone who is here now, and are gone when the call ends.
          </p>
        ) : (
          <ul className={classes.list}>
            {messages.map((message, index) => (
              <ChatMessageItem key={message.id} message={message} follows={follows(messages[index - 1], message)} />
            ))}
          </ul>
        )}
      </div>
      <ChatForm draft={draft} onDraft={onDraft} onSend={onSend} />
    </div>
  );
}

function follows(before: ChatMessage | undefined, message: ChatMessage): boolean {
  return before !== undefined && before.from === message.from && message.at - before.at < TOGETHER_MS;
}
