import type { Room } from '@stoa/client';
import { useEffect, useState } from 'react';

/** The link for others; this page's address until the room knows a better one. Ready before a click, as copying needs. */
export function useInviteLink(room: Room): string {
  const [link, setLink] = useState(() => location.origin + location.pathname);
  useEffect(() => {
    let dropped = false;
    room.inviteLink().then(
      (better) => {
        if (!dropped) setLink(better);
      },
      () => undefined,
    );
    return () => {
      dropped = true;
    };
  }, [room]);
  return link;
}
