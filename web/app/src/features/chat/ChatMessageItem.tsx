import type { ChatMessage } from '@stoa/client';
import { memo } from 'react';
import classes from './ChatMessageItem.module.css';
import { MessageText } from './MessageText';

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });

interface Props {
  message: ChatMessage;
  /** Whether the one before is by the same person and not much older. */
  follows: boolean;
}

export const ChatMessageItem = memo(function ChatMessageItem({ message, follows }: Props) {
  const own = message.from === null;
  return (
    <li
      className={classes.item}
      data-own={own || undefined}
      data-follows={follows || undefined}
      data-testid="chat-message"
    >
      {!follows && (
        <div className={classes.head}>
          <bdi className={classes.name}>{own ? 'You' : message.name}</bdi>
          <time dateTime={new Date(message.at).toISOString()}>{clock.format(message.at)}</time>
        </div>
      )}
      <div className={classes.bubble} dir="auto">
        <MessageText text={message.text} />
      </div>
    </li>
  );
});
