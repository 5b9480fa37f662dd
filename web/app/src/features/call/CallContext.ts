import type { LocalMedia, Room } from '@stoa/client';
import { createContext, use } from 'react';
import type { Playback } from './playback';

/** What every part of a call works with; the same objects for the whole call. */
export interface Call {
  readonly room: Room;
  readonly media: LocalMedia;
  readonly playback: Playback;
}

export const CallContext = createContext<Call | null>(null);

export function useCall(): Call {
  const call = use(CallContext);
  if (call === null) throw new Error('There is no call around this component.');
  return call;
}
