import { useState } from 'react';

/** How many messages, or files, of others came since the chat was last visible. */
export function useUnread<T>(all: readonly T[], isTheirs: (each: T) => boolean, visible: boolean): number {
  const [seen, setSeen] = useState(all.length);
  if (visible && seen !== all.length) setSeen(all.length);
  return visible ? 0 : all.slice(seen).filter(isTheirs).length;
}
