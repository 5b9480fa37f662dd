/** What was said, in order of arrival, each message once. Survives a reload of the page. */
import type { ChatMessage } from './api.ts';
import type { TextStorage } from './environment.ts';
import { LIMITS } from './protocol.ts';
import { readText, writeText } from './session-memory.ts';

const MAX_MESSAGES = 200;
const PREFIX = 'stoa.chat.';

export class ChatLog {
  readonly #storage: TextStorage | null;
  readonly #key: string;
  #messages: readonly ChatMessage[];

  constructor(storage: TextStorage | null, room: string) {
    this.#storage = storage;
    this.#key = PREFIX + room;
    this.#messages = restore(readText(storage, this.#key));
  }

  get messages(): readonly ChatMessage[] {
    return this.#messages;
  }

  /** @returns false when a message of this id is there already: it came both ways */
  add(message: ChatMessage): boolean {
    if (this.#messages.some((each) => each.id === message.id)) return false;
    this.#messages = [...this.#messages, message].slice(-MAX_MESSAGES);
    writeText(this.#storage, this.#key, JSON.stringify(this.#messages));
    return true;
  }
}

/** Storage may hold anything; what is no chat message is left out. */
function restore(text: string | null): readonly ChatMessage[] {
  if (text === null) return [];
  try {
    const stored: unknown = JSON.parse(text);
    return Array.isArray(stored) ? stored.filter(isChatMessage).slice(-MAX_MESSAGES) : [];
  } catch {
    return [];
  }
}

function isChatMessage(value: unknown): value is ChatMessage {
  if (typeof value !== 'object' || value === null) return false;
  const { id, from, name, text, at, via } = value as Record<string, unknown>;
  return (
    typeof id === 'string' &&
    (from === null || typeof from === 'string') &&
    typeof name === 'string' &&
    typeof text === 'string' &&
    text.length <= 2 * LIMITS.chatText &&
    typeof at === 'number' &&
    (via === 'peer' || via === 'room')
  );
}
