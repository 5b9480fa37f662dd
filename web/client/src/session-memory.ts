/** The resume token outlives the page, so that a reload is the same participant. One entry per room and tab. */
import type { TextStorage } from './environment.ts';

const PREFIX = 'stoa.session.';

export class SessionMemory {
  readonly #storage: TextStorage | null;
  readonly #key: string;
  #token: string | null;

  constructor(storage: TextStorage | null, room: string) {
    this.#storage = storage;
    this.#key = PREFIX + room;
    this.#token = readText(storage, this.#key);
  }

  get resumeToken(): string | null {
    return this.#token;
  }

  remember(resumeToken: string): void {
    this.#token = resumeToken;
    writeText(this.#storage, this.#key, resumeToken);
  }

  forget(): void {
    this.#token = null;
    writeText(this.#storage, this.#key, null);
  }
}

export function readText(storage: TextStorage | null, key: string): string | null {
  try {
    return storage?.getItem(key) ?? null;
  } catch {
    return null;
  }
}

/** Full or forbidden storage costs the memory, never the call. */
export function writeText(storage: TextStorage | null, key: string, text: string | null): void {
  try {
    if (text === null) storage?.removeItem(key);
    else storage?.setItem(key, text);
  } catch {
    // Nothing to do: see above.
  }
}
