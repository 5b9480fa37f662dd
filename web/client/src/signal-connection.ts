/**
 * The connection to the server: opens, joins, notices silence, comes back, and sends again what was not acknowledged.
 *
 * Calling contract: `start`, then `send` at any time; what is sent while the connection is away waits in the outbox.
 * `end` is final until the next `start`. Handlers are called synchronously and must not throw.
 */
import type { Problem } from './api.ts';
import type { Environment, Socket } from './environment.ts';
import { Outbox } from './outbox.ts';
import type { Numbered } from './outbox.ts';
import { UNREACHABLE, endsSession, problemOfCloseCode } from './problems.ts';
import { PROTOCOL_VERSION, encode } from './protocol.ts';
import type { Closing, Join, Joined, RoomMessage, SequencedMessage, ServerError, ServerMessage } from './protocol.ts';
import { parseServerMessage } from './protocol-parse.ts';
import { reconnectDelayMs, retryAfterDelayMs, triesToJoin } from './reconnect.ts';
import type { SessionMemory } from './session-memory.ts';
import { allows } from './signal-state.ts';
import type { SignalEvent, SignalState } from './signal-state.ts';
import { Timers } from './timers.ts';

export interface SignalHandlers {
  onState(state: SignalState): void;
  /** @param fresh this page has no PeerConnections yet: it is a newcomer to everyone in `participants` */
  onJoined(joined: Joined, fresh: boolean): void;
  onMessage(message: SequencedMessage): void;
  /** @param refused the message that the error is about, when it is still known */
  onError(error: ServerError, refused: RoomMessage | undefined): void;
}

export interface SignalOptions {
  readonly url: string;
  readonly room: string;
  readonly token: string | null;
  readonly memory: SessionMemory;
  /** What to say in `join`, asked at each try. */
  readonly introduce: () => Pick<Join, 'name' | 'media' | 'topology'>;
  readonly handlers: SignalHandlers;
}

/** From opening the socket to `joined`. */
const JOIN_TIMEOUT_MS = 8_000;
const PING_EVERY_MS = 5_000;
const PONG_TIMEOUT_MS = 8_000;
/** After the network changed or the page woke up the answer is wanted sooner. */
const WAKE_PONG_TIMEOUT_MS = 3_000;
/** A connection that lasted shorter does not count as success: its loss waits like a failed try. */
const STABLE_MS = 5_000;
/** Messages refused for their rate are sent again after this quiet time. */
const RATE_LIMITED_RESEND_MS = 1_000;

export class SignalConnection {
  readonly #environment: Environment;
  readonly #options: SignalOptions;
  readonly #outbox = new Outbox();
  /** Refused for their rate; bounded by the outbox they came from. */
  #limited: RoomMessage[] = [];
  readonly #timers: Timers<'join' | 'ping' | 'pong' | 'retry' | 'resend'>;
  #state: SignalState = { kind: 'idle' };
  #socket: Socket | null = null;
  #instance = '';
  #fresh = true;
  #seq = 0;
  #attempt = 0;
  #joinedAt = 0;
  #rttMs: number | null = null;
  #maxMessageBytes = 65_536;
  #stopWaking = (): void => undefined;

  constructor(environment: Environment, options: SignalOptions) {
    this.#environment = environment;
    this.#options = options;
    this.#timers = new Timers(environment);
  }

  get state(): SignalState {
    return this.#state;
  }

  /** Round trip to the server, from the last ping. */
  get rttMs(): number | null {
    return this.#rttMs;
  }

  /** Joins with a new `instance`: whoever starts has no PeerConnections. */
  start(): void {
    if (!allows(this.#state.kind, 'start')) return;
    this.#instance = this.#environment.newId();
    this.#fresh = true;
    this.#attempt = 0;
    this.#seq = 0;
    this.#outbox.renumber(0, () => false);
    this.#limited = [];
    this.#stopWaking = this.#environment.onWake(() => this.#wake());
    this.#connect('start');
  }

  /** Numbers and sends, or keeps for later. */
  send(message: RoomMessage): void {
    if (this.#state.kind === 'idle' || this.#state.kind === 'closed') return;
    if (message.type === 'view') this.#limited = this.#limited.filter((each) => each.type !== 'view');
    const numbered = this.#outbox.add(message);
    if (this.#state.kind === 'joined') this.#sendNumbered(numbered);
  }

  /** Leaves for good; the resume token is forgotten. */
  leave(): void {
    if (this.#state.kind === 'joined') this.#socket?.send(encode({ type: 'leave' }));
    this.#options.memory.forget();
    this.#end(null);
  }

  // ---------------------------------------------------------------- opening

  #connect(event: SignalEvent): void {
    if (!this.#enter(event, { kind: 'connecting', attempt: this.#attempt })) return;
    this.#timers.clear('retry');
    this.#timers.set('join', JOIN_TIMEOUT_MS, () => this.#lost(null));
    let socket: Socket | null = null;
    const current = (): boolean => socket !== null && socket === this.#socket;
    try {
      socket = this.#environment.openSocket(this.#options.url, {
        onOpen: () => current() && this.#opened(),
        onText: (text) => current() && this.#received(text),
        onClose: (code) => current() && this.#closed(code),
      });
    } catch {
      // An address that is no WebSocket address.
      this.#end(UNREACHABLE);
      return;
    }
    this.#socket = socket;
  }

  #opened(): void {
    if (!this.#enter('opened', { kind: 'joining', attempt: this.#attempt })) return;
    const { room, token, memory, introduce } = this.#options;
    const resumeToken = memory.resumeToken;
    this.#socket?.send(
      encode({
        type: 'join',
        version: PROTOCOL_VERSION,
        room,
        ...introduce(),
        instance: this.#instance,
        ...(token === null ? {} : { token }),
        ...(resumeToken === null ? {} : { resume: { token: resumeToken, seq: this.#fresh ? 0 : this.#seq } }),
      }),
    );
  }

  #joined(joined: Joined): void {
    if (!this.#enter('accepted', { kind: 'joined' })) return;
    const fresh = this.#fresh;
    this.#fresh = false;
    this.#joinedAt = this.#environment.now();
    this.#maxMessageBytes = joined.limits.maxMessageBytes;
    this.#options.memory.remember(joined.resumeToken);
    this.#timers.clear('join');
    if (joined.session === 'resumed' && !fresh) {
      // Missed messages follow, so the own count of what was received stays.
      this.#outbox.acknowledge(joined.received);
    } else {
      this.#seq = joined.seq;
      // `join` carried name and media; a description belongs to the old session. What people wrote must not get lost.
      this.#outbox.renumber(joined.received, (message) => message.type === 'chat');
    }
    const again = [...this.#outbox.waiting];
    this.#timers.set('ping', PING_EVERY_MS, () => this.#ping());
    for (const message of again) this.#sendNumbered(message);
    this.#sendLimited();
    this.#options.handlers.onJoined(joined, fresh);
    this.#options.handlers.onState(this.#state);
  }

  #sendLimited(): void {
    const limited = this.#limited;
    this.#limited = [];
    for (const message of limited) this.send(message);
  }

  // ---------------------------------------------------------------- receiving

  #received(text: string): void {
    const parsed = parseServerMessage(text);
    if (parsed.ok) this.#dispatch(parsed.message);
  }

  #dispatch(message: ServerMessage): void {
    switch (message.type) {
      case 'joined':
        this.#joined(message);
        break;
      case 'pong':
        this.#pong(message.received, message.t);
        break;
      case 'error':
        this.#refused(message);
        break;
      case 'closing':
        this.#closing(message);
        break;
      default:
        if (this.#state.kind !== 'joined' || message.seq <= this.#seq) return;
        this.#seq = message.seq;
        this.#options.handlers.onMessage(message);
    }
  }

  #refused(error: ServerError): void {
    if (this.#state.kind === 'joining') {
      if (endsSession(error.code)) this.#end(problemOf(error));
      return;
    }
    const refused = error.re === undefined ? undefined : this.#outbox.find(error.re);
    if (error.code === 'rate-limited' && refused !== undefined) {
      this.#outbox.remove(error.re ?? 0);
      this.#limited.push(refused);
      this.#timers.set('resend', RATE_LIMITED_RESEND_MS, () => this.#sendLimited());
      return;
    }
    this.#options.handlers.onError(error, refused);
  }

  #closing(closing: Closing): void {
    const retryAfter = closing.retryAfterMs;
    if (endsSession(closing.code)) this.#end(problemOf(closing));
    else if (closing.code === 'server-full' && this.#fresh) this.#end(problemOf(closing));
    else
      this.#lost(
        retryAfter === undefined ? null : retryAfterDelayMs(retryAfter, this.#environment.random()),
        problemOf(closing),
      );
  }

  #closed(code: number): void {
    const problem = problemOfCloseCode(code);
    if (problem === null) this.#lost(null);
    else this.#end(problem);
  }

  // ---------------------------------------------------------------- staying alive

  #ping(pongTimeoutMs = PONG_TIMEOUT_MS): void {
    if (this.#state.kind !== 'joined') return;
    this.#socket?.send(
      encode({ type: 'ping', t: this.#environment.now(), ...(this.#seq > 0 ? { seq: this.#seq } : {}) }),
    );
    this.#timers.setIfSooner('pong', pongTimeoutMs, () => this.#lost(null));
    this.#timers.set('ping', PING_EVERY_MS, () => this.#ping());
  }

  #pong(received: number, t: number | undefined): void {
    if (this.#state.kind !== 'joined') return;
    this.#timers.clear('pong');
    this.#outbox.acknowledge(received);
    if (t !== undefined) this.#rttMs = Math.max(0, this.#environment.now() - t);
  }

  #wake(): void {
    if (this.#state.kind === 'reconnecting') this.#connect('retry');
    else this.#ping(WAKE_PONG_TIMEOUT_MS);
  }

  // ---------------------------------------------------------------- losing and ending

  #lost(delayMs: number | null, problem: Problem = UNREACHABLE): void {
    if (!allows(this.#state.kind, 'lost')) return;
    const wasStable = this.#state.kind === 'joined' && this.#environment.now() - this.#joinedAt >= STABLE_MS;
    this.#attempt = wasStable ? 1 : this.#attempt + 1;
    this.#dropSocket();
    const { memory } = this.#options;
    if (this.#fresh && this.#attempt >= triesToJoin(memory.resumeToken !== null)) {
      this.#end(problem);
      return;
    }
    this.#enter('lost', { kind: 'reconnecting', attempt: this.#attempt });
    const wait = delayMs ?? reconnectDelayMs(this.#attempt, this.#environment.random());
    this.#timers.set('retry', wait, () => this.#connect('retry'));
  }

  #end(problem: Problem | null): void {
    if (!allows(this.#state.kind, 'ended')) return;
    this.#dropSocket();
    this.#stopWaking();
    this.#enter('ended', { kind: 'closed', problem });
  }

  #dropSocket(): void {
    this.#timers.clearAll();
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }

  /** Moves only along the table. `joined` is announced by its caller, once everything is in place. */
  #enter(event: SignalEvent, next: SignalState): boolean {
    if (!allows(this.#state.kind, event)) return false;
    this.#state = next;
    if (next.kind !== 'joined') this.#options.handlers.onState(next);
    return true;
  }

  #sendNumbered({ n, message }: Numbered): void {
    const text = encode({ ...message, n });
    // The server would close the connection, and the resent message would close the next one too.
    if (utf8Length(text, this.#maxMessageBytes) > this.#maxMessageBytes) this.#outbox.remove(n);
    else this.#socket?.send(text);
  }
}

function problemOf({ code, message, hint }: Problem): Problem {
  return { code, message, hint };
}

function utf8Length(text: string, limit: number): number {
  return text.length * 3 <= limit ? text.length : new TextEncoder().encode(text).length;
}
