/** The media paths between fake PeerConnections: which are up, and who reaches whom. */
import type { Clock } from './clock.ts';
import type { FakeData, FakeDataChannel } from './fake-data-channel.ts';

/** One end of a media path: a browser's PeerConnection, or what the server has for one. */
export interface NetworkEnd {
  readonly ufragBase: string;
  readonly localUfrag: string;
  readonly remoteUfrag: string;
  readonly signalingState: RTCSignalingState;
  readonly hasRemoteCandidates: boolean;
  /** Labels of what is sent now, by mid. */
  readonly sends: ReadonlyMap<string, string>;
  setPath(state: 'connected' | 'disconnected' | 'failed'): void;
  /** Data arrives, sent by a channel of the other end. */
  receiveData(channel: FakeDataChannel, data: FakeData): void;
}

const CONNECT_MS = 20;
const DISCONNECTED_AFTER_MS = 3_000;
const FAILED_AFTER_MS = 12_000;

export class FakeNetwork {
  readonly clock: Clock;
  /** How long data takes from one end to the other. */
  dataMs = 5;
  readonly #connections = new Set<NetworkEnd>();
  readonly #blocked = new Set<string>();
  #ids = 0;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  register(connection: NetworkEnd): string {
    this.#connections.add(connection);
    return `u${String(++this.#ids)}`;
  }

  remove(connection: NetworkEnd): void {
    this.#connections.delete(connection);
  }

  /** Whether the connection of this name has not been closed. */
  isOpen(ufragBase: string): boolean {
    return [...this.#connections].some((each) => each.ufragBase === ufragBase);
  }

  /** The connection at the other end: the one with which both descriptions agree. */
  otherEnd(connection: NetworkEnd): NetworkEnd | undefined {
    return [...this.#connections].find(
      (each) =>
        each !== connection && each.localUfrag === connection.remoteUfrag && each.remoteUfrag === connection.localUfrag,
    );
  }

  /** The other end, unless nothing passes to it now. */
  reachedBy(connection: NetworkEnd): NetworkEnd | undefined {
    const other = this.otherEnd(connection);
    return other !== undefined && this.#reaches(connection, other) ? other : undefined;
  }

  /** Nothing passes between these ICE generations any more: both addresses changed. Only an ICE restart helps. */
  breakPath(connection: NetworkEnd): void {
    const other = this.otherEnd(connection);
    for (const each of [connection, other]) {
      if (each === undefined) continue;
      this.#blocked.add(each.localUfrag);
      this.clock.setTimer(() => this.#worsen(each, 'disconnected'), DISCONNECTED_AFTER_MS);
      this.clock.setTimer(() => this.#worsen(each, 'failed'), FAILED_AFTER_MS);
    }
  }

  /** New generations of this connection get nowhere either. */
  block(ufragPrefix: string): void {
    this.#blocked.add(ufragPrefix);
  }

  unblock(ufragPrefix: string): void {
    this.#blocked.delete(ufragPrefix);
  }

  /** Called when descriptions or candidates changed. */
  check(connection: NetworkEnd): void {
    this.clock.setTimer(() => {
      const other = this.otherEnd(connection);
      if (other === undefined || !this.#reaches(connection, other)) return;
      for (const each of [connection, other]) each.setPath('connected');
    }, CONNECT_MS);
  }

  #reaches(one: NetworkEnd, other: NetworkEnd): boolean {
    return [one, other].every(
      (each) =>
        each.signalingState === 'stable' &&
        each.hasRemoteCandidates &&
        !this.#blocked.has(each.localUfrag) &&
        !this.#blocked.has(each.ufragBase),
    );
  }

  #worsen(connection: NetworkEnd, state: 'disconnected' | 'failed'): void {
    if (this.#blocked.has(connection.localUfrag) && connection.signalingState !== 'closed') connection.setPath(state);
  }
}
