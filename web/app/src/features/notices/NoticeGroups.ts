import type { RoomNotice } from '@stoa/client';
import { summarise, type Toast } from './summarise';

/** Notices within this time are told together. */
export const TOGETHER_MS = 1200;

/** Collects notices for a moment and emits what to say about them. */
export class NoticeGroups {
  readonly #emit: (toasts: readonly Toast[]) => void;
  #waiting: RoomNotice[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(emit: (toasts: readonly Toast[]) => void) {
    this.#emit = emit;
  }

  add(notice: RoomNotice): void {
    this.#waiting.push(notice);
    this.#timer ??= setTimeout(() => this.#flush(), TOGETHER_MS);
  }

  /** Drops what was not told yet. */
  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#waiting = [];
  }

  #flush(): void {
    const toasts = summarise(this.#waiting);
    this.close();
    if (toasts.length > 0) this.#emit(toasts);
  }
}
