/** Messages that the server has not acknowledged yet, in order, numbered. */
import type { RoomMessage } from './protocol.ts';

export interface Numbered {
  readonly n: number;
  readonly message: RoomMessage;
}

export class Outbox {
  #next = 1;
  #waiting: Numbered[] = [];
  readonly #capacity: number;

  /** @param capacity more messages than a long outage makes; beyond it the oldest candidates go first */
  constructor(capacity = 1_000) {
    this.#capacity = capacity;
  }

  /** Numbers the message and keeps it until it is acknowledged. */
  add(message: RoomMessage): Numbered {
    const numbered = { n: this.#next++, message };
    // Complete, so it takes the place of those before.
    if (message.type === 'view') this.#waiting = this.#waiting.filter((each) => each.message.type !== 'view');
    this.#waiting.push(numbered);
    if (this.#waiting.length > this.#capacity) this.#dropOne();
    return numbered;
  }

  /** @param received the last `n` that the server has seen */
  acknowledge(received: number): void {
    this.#waiting = this.#waiting.filter((each) => each.n > received);
  }

  get waiting(): readonly Numbered[] {
    return this.#waiting;
  }

  find(n: number): RoomMessage | undefined {
    return this.#waiting.find((each) => each.n === n)?.message;
  }

  /** Gives a message up, or takes it back to send it under another number. */
  remove(n: number): void {
    this.#waiting = this.#waiting.filter((each) => each.n !== n);
  }

  /** The server counts anew: what `keep` accepts gets new numbers after `received`, the rest is forgotten. */
  renumber(received: number, keep: (message: RoomMessage) => boolean): void {
    const kept = this.#waiting.filter((each) => keep(each.message));
    this.#next = received + 1;
    this.#waiting = [];
    for (const { message } of kept) this.add(message);
  }

  #dropOne(): void {
    const candidate = this.#waiting.findIndex((each) => each.message.type === 'candidate');
    this.#waiting.splice(Math.max(candidate, 0), 1);
  }
}
