/** The chat of a room: over data channels where they reach everybody, over the server else; each message once. */
import type { ChatMessage, Problem } from './api.ts';
import { ChatLog } from './chat-log.ts';
import type { Environment } from './environment.ts';
import { CHAT_TOO_LONG } from './problems.ts';
import { LIMITS, codePoints } from './protocol.ts';
import type { PeerChat, RoomChat as RoomChatMessage, RoomMessage } from './protocol.ts';
import type { Roster } from './roster.ts';

/** A peer's clock that is further off than this is not believed. */
const MAX_CLOCK_SKEW_MS = 24 * 60 * 60 * 1_000;

export interface RoomChatHooks {
  /** By data channels. @returns whether it reaches everybody now */
  sendToPeers(chat: PeerChat): boolean;
  sendToRoom(message: RoomMessage): void;
  onProblem(problem: Problem): void;
  onChange(): void;
}

export class RoomChat {
  readonly #environment: Environment;
  readonly #roster: Roster;
  readonly #log: ChatLog;
  readonly #hooks: RoomChatHooks;

  constructor(environment: Environment, room: string, roster: Roster, hooks: RoomChatHooks) {
    this.#environment = environment;
    this.#roster = roster;
    this.#log = new ChatLog(environment.tabStorage, room);
    this.#hooks = hooks;
  }

  get messages(): readonly ChatMessage[] {
    return this.#log.messages;
  }

  /** @param name the author's own */
  send(text: string, name: string): void {
    const trimmed = text.trim();
    if (trimmed.length === 0) return;
    if (codePoints(trimmed) > LIMITS.chatText) {
      this.#hooks.onProblem(CHAT_TOO_LONG);
      return;
    }
    const id = this.#environment.newId();
    const at = this.#environment.now();
    const everybody = this.#hooks.sendToPeers({ type: 'chat', id, text: trimmed, at });
    // Whoever gets it both ways shows it once.
    if (!everybody) this.#hooks.sendToRoom({ type: 'chat', id, text: trimmed });
    this.#add({ id, from: null, name, text: trimmed, at, via: everybody ? 'peer' : 'room' });
  }

  handlePeer(from: string, { id, text, at: said }: PeerChat): void {
    const now = this.#environment.now();
    const at = Math.abs(said - now) > MAX_CLOCK_SKEW_MS ? now : said;
    this.#add({ id, text, at, from, name: this.#roster.get(from)?.name ?? '', via: 'peer' });
  }

  handleRoom({ id, text, at, from, name }: RoomChatMessage): void {
    this.#add({ id, text, at, from, name, via: 'room' });
  }

  #add(message: ChatMessage): void {
    if (this.#log.add(message)) this.#hooks.onChange();
  }
}
