/** A browser tab without a browser: an Environment whose time, network and storage belong to the test. */
import type { Environment, Socket, SocketHandlers, TextStorage } from '../environment.ts';
import { Clock, seededRandom } from './clock.ts';
import { FakeMediaStream } from './fake-media.ts';
import { FakeNetwork } from './fake-network.ts';
import { FakePeerConnection } from './fake-peer-connection.ts';
import type { ViewSize } from '../view-sizes.ts';

export class MemoryStorage implements TextStorage {
  readonly #entries = new Map<string, string>();

  getItem(key: string): string | null {
    return this.#entries.get(key) ?? null;
  }

  setItem(key: string, value: string): void {
    this.#entries.set(key, value);
  }

  removeItem(key: string): void {
    this.#entries.delete(key);
  }

  get keys(): readonly string[] {
    return [...this.#entries.keys()];
  }
}

/** What answers on the other side of a tab's sockets. */
export interface Listener {
  connect(url: string, socket: FakeSocket): void;
}

export class FakeSocket implements Socket {
  readonly handlers: SocketHandlers;
  readonly sent: string[] = [];
  closedByClient = false;
  onSent: (text: string) => void = () => undefined;
  onClosed = (): void => undefined;

  constructor(handlers: SocketHandlers) {
    this.handlers = handlers;
  }

  send(text: string): void {
    this.sent.push(text);
    this.onSent(text);
  }

  close(): void {
    this.closedByClient = true;
    this.onClosed();
  }
}

/** An element of the page, as large as the test says. */
export class FakeElement {
  #size: ViewSize = { width: 0, height: 0 };
  readonly #listeners = new Set<(size: ViewSize) => void>();

  constructor(width: number, height: number) {
    this.#size = { width, height };
  }

  resize(width: number, height: number): void {
    this.#size = { width, height };
    for (const listener of this.#listeners) listener(this.#size);
  }

  watch(onSize: (size: ViewSize) => void): () => void {
    this.#listeners.add(onSize);
    onSize(this.#size);
    return () => this.#listeners.delete(onSize);
  }

  get isWatched(): boolean {
    return this.#listeners.size > 0;
  }

  get asElement(): Element {
    return this as unknown as Element;
  }
}

export class World {
  readonly clock = new Clock();
  readonly network: FakeNetwork;
  readonly random: () => number;
  #ids = 0;

  constructor(seed = 1) {
    this.random = seededRandom(seed);
    this.network = new FakeNetwork(this.clock);
  }

  tab(listener: Listener, options: Partial<TabOptions> = {}): Tab {
    return new Tab(this, listener, options);
  }

  newId(): string {
    return `id-${String(++this.#ids).padStart(4, '0')}`;
  }
}

export interface TabOptions {
  readonly storage: MemoryStorage;
  readonly fetchJson: (url: string, token: string | null) => Promise<unknown>;
}

/** One page. A reload is another Tab with the same storage. */
export class Tab {
  readonly storage: MemoryStorage;
  readonly environment: Environment;
  readonly sockets: FakeSocket[] = [];
  readonly connections: FakePeerConnection[] = [];
  videoCodecs: readonly string[] = ['VP8', 'rtx', 'VP9', 'AV1', 'H264'];
  readonly #wakeListeners = new Set<(reason: 'online' | 'visible') => void>();
  /** A reloaded or closed page: its timers and sockets are dead. */
  #gone = false;

  constructor(world: World, listener: Listener, options: Partial<TabOptions>) {
    this.storage = options.storage ?? new MemoryStorage();
    const fetchJson = options.fetchJson ?? (() => Promise.resolve({ iceServers: [] }));
    this.environment = {
      now: () => world.clock.now,
      setTimer: (callback, ms) => world.clock.setTimer(() => (this.#gone ? undefined : callback()), ms),
      random: world.random,
      newId: () => world.newId(),
      openSocket: (url, handlers) => {
        const socket = new FakeSocket(this.#guard(handlers));
        this.sockets.push(socket);
        listener.connect(url, socket);
        return socket;
      },
      createPeerConnection: (configuration) => {
        const connection = new FakePeerConnection(world.network, configuration);
        this.connections.push(connection);
        return connection as unknown as RTCPeerConnection;
      },
      createStream: () => new FakeMediaStream() as unknown as MediaStream,
      videoCodecs: () => this.videoCodecs.map((name) => ({ mimeType: `video/${name}`, clockRate: 90_000 })),
      watchElement: (element, onSize) => (element as unknown as FakeElement).watch(onSize),
      fetchJson: (url, token) => fetchJson(url, token),
      tabStorage: this.storage,
      pageOrigin: 'https://stoa.example',
      onWake: (wake) => {
        this.#wakeListeners.add(wake);
        return () => this.#wakeListeners.delete(wake);
      },
    };
  }

  /** The newest socket. */
  get socket(): FakeSocket {
    const socket = this.sockets.at(-1);
    if (socket === undefined) throw new Error('no socket yet');
    return socket;
  }

  get openConnections(): readonly FakePeerConnection[] {
    return this.connections.filter((each) => each.signalingState !== 'closed');
  }

  wake(reason: 'online' | 'visible'): void {
    for (const wake of [...this.#wakeListeners]) wake(reason);
  }

  /** The page goes away without a word, as in a reload. */
  vanish(): void {
    this.#gone = true;
    for (const connection of this.connections) connection.close();
    for (const socket of this.sockets) socket.onClosed();
  }

  #guard(handlers: SocketHandlers): SocketHandlers {
    return {
      onOpen: () => (this.#gone ? undefined : handlers.onOpen()),
      onText: (text) => (this.#gone ? undefined : handlers.onText(text)),
      onClose: (code) => (this.#gone ? undefined : handlers.onClose(code)),
    };
  }
}
