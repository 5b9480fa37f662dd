/** The channels of an application in a room: the same over a mesh of peers and through the server. */
import type { ChannelMessage, ChannelOptions, Problem, RoomChannel } from './api.ts';
import { keyOf } from './channel-set.ts';
import type { ChannelSpec } from './channel-set.ts';
import { MAX_PAYLOAD_BYTES, bytesOf } from './data-envelope.ts';
import type { Payload } from './data-envelope.ts';
import { Listeners } from './store.ts';

/** How channels reach the others. */
export interface DataRoutes {
  sendData(spec: ChannelSpec, data: Payload, to: string | null): boolean;
  bufferedData(spec: ChannelSpec, to: string | null): number;
  reaches(participant: string): boolean;
}

export class RoomChannels {
  readonly #routes: DataRoutes;
  readonly #open = new Map<string, Set<OpenChannel>>();

  constructor(routes: DataRoutes) {
    this.#routes = routes;
  }

  open(label: string, options: ChannelOptions = {}): RoomChannel {
    const { ordered = true, maxRetransmits = null, maxPacketLifeTime = null } = options;
    if (maxRetransmits !== null && maxPacketLifeTime !== null)
      throw new TypeError('Either maxRetransmits or maxPacketLifeTime');
    // The protocol keeps an application's labels apart from the SDK's own.
    const spec = { label, protocol: options.protocol ?? 'app', ordered, maxRetransmits, maxPacketLifeTime };
    const key = keyOf(spec);
    const channel = new OpenChannel(spec, this.#routes, () => {
      const same = this.#open.get(key);
      same?.delete(channel);
      if (same?.size === 0) this.#open.delete(key);
    });
    const same = this.#open.get(key) ?? new Set();
    same.add(channel);
    this.#open.set(key, same);
    return channel;
  }

  /** Something came. What nobody has opened a channel for is nobody's. */
  handleData(from: string, key: string, data: Payload): void {
    for (const channel of [...(this.#open.get(key) ?? [])]) channel.handle({ from, data });
  }

  /** @param text the server's: JSON */
  handleProblem(key: string, text: string): void {
    const problem = readProblem(text);
    if (problem !== null) for (const channel of [...(this.#open.get(key) ?? [])]) channel.handleProblem(problem);
  }

  handleChange(): void {
    for (const same of [...this.#open.values()]) for (const channel of [...same]) channel.handleDrained();
  }
}

class OpenChannel implements RoomChannel {
  readonly #spec: ChannelSpec;
  readonly #routes: DataRoutes;
  readonly #onClose: () => void;
  readonly #messages = new Listeners<ChannelMessage>();
  readonly #drained = new Listeners<void>();
  readonly #problems = new Listeners<Problem>();
  #closed = false;

  constructor(spec: ChannelSpec, routes: DataRoutes, onClose: () => void) {
    this.#spec = spec;
    this.#routes = routes;
    this.#onClose = onClose;
  }

  get label(): string {
    return this.#spec.label;
  }

  send(data: Payload, to: string | null = null): boolean {
    if (this.#closed) return false;
    if (bytesOf(data) > MAX_PAYLOAD_BYTES) throw new RangeError(`More than ${String(MAX_PAYLOAD_BYTES)} bytes at once`);
    return this.#routes.sendData(this.#spec, data, to);
  }

  reaches(participant: string): boolean {
    return this.#routes.reaches(participant);
  }

  bufferedAmount(to: string | null = null): number {
    return this.#routes.bufferedData(this.#spec, to);
  }

  onMessage(listener: (message: ChannelMessage) => void): () => void {
    return this.#messages.add(listener);
  }

  onChange(listener: () => void): () => void {
    return this.#drained.add(listener);
  }

  onProblem(listener: (problem: Problem) => void): () => void {
    return this.#problems.add(listener);
  }

  close(): void {
    this.#closed = true;
    this.#onClose();
  }

  handle(message: ChannelMessage): void {
    if (!this.#closed) this.#messages.emit(message);
  }

  handleProblem(problem: Problem): void {
    if (!this.#closed) this.#problems.emit(problem);
  }

  handleDrained(): void {
    if (!this.#closed) this.#drained.emit();
  }
}

function readProblem(text: string): Problem | null {
  try {
    const { code, message, hint } = JSON.parse(text) as Record<string, unknown>;
    return typeof code === 'string' && typeof message === 'string' && typeof hint === 'string'
      ? { code, message, hint }
      : null;
  } catch {
    return null;
  }
}
