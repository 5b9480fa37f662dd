import type { ChatMessage } from '@stoa/client';
import { useState } from 'react';

/** How many messages of others came since the chat was last visible. */
export function useUnread(messages: readonly ChatMessage[], visible: boolean): number {
  const [seen, setSeen] = useState(messages.length);
  if (visible && seen !== messages.length) setSeen(messages.length);
  return visible ? 0 : messages.slice(seen).filter((message) => message.from !== null).length;
}
