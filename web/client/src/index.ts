/** Stoa's client SDK: rooms, devices and calls in the browser, without a UI framework. */
import type { LocalMedia, Room, RoomOptions } from './api.ts';
import { browserEnvironment } from './environment.ts';
import type { TextStorage } from './environment.ts';
import { BrowserMedia } from './local-media.ts';
import { CallRoom } from './room.ts';

export type * from './api.ts';
export { explainMediaError } from './media-problems.ts';
export type { MediaSource } from './media-problems.ts';

export function createLocalMedia(): LocalMedia {
  return new BrowserMedia(choiceStorage());
}

export function createRoom(options: RoomOptions): Room {
  return new CallRoom(browserEnvironment(), options);
}

/** Reading the property itself throws where cookies are blocked. */
function choiceStorage(): TextStorage | null {
  try {
    return globalThis.localStorage;
  } catch {
    return null;
  }
}
