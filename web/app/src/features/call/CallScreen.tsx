import type { LocalMedia, Room } from '@stoa/client';
import { useMemo } from 'react';
import { CallContext } from './CallContext';
import { CallLayout } from './CallLayout';
import { Playback } from './playback';

/** A call that is going on. */
export function CallScreen({ room, media }: { room: Room; media: LocalMedia }) {
  const call = useMemo(() => ({ room, media, playback: new Playback() }), [room, media]);
  return (
    <CallContext value={call}>
      <CallLayout />
    </CallContext>
  );
}
