import { watchElement } from './element-view.ts';
import type { ViewSize } from './view-sizes.ts';

/**
 * Everything the SDK takes from the outside: time, chance, the network, storage. One object, complete when constructed,
 * so that tests run hours of protocol in milliseconds and no module reaches for a global.
 */
export interface Environment {
  /** Milliseconds since 1970. */
  now(): number;
  /** @returns the function that cancels the timer */
  setTimer(callback: () => void, ms: number): () => void;
  /** 0 (inclusive) to 1 (exclusive). */
  random(): number;
  /** A fresh opaque id, at most 64 characters. */
  newId(): string;
  openSocket(url: string, handlers: SocketHandlers): Socket;
  createPeerConnection(configuration: RTCConfiguration): RTCPeerConnection;
  createStream(): MediaStream;
  /** What this browser can send, in the order in which it would offer it. */
  videoCodecs(): readonly RTCRtpCodec[];
  /** Calls with the size at which an element is seen, now and whenever it changes. @returns the function that ends it */
  watchElement(element: Element, onSize: (size: ViewSize) => void): () => void;
  /** GET with JSON in the answer; rejects on any failure or after `timeoutMs`. */
  fetchJson(url: string, token: string | null, timeoutMs: number): Promise<unknown>;
  /** Storage of this tab; null where the browser forbids it. */
  readonly tabStorage: TextStorage | null;
  /** Where the page came from, for example `https://stoa.example`. */
  readonly pageOrigin: string;
  /** Calls when the network came back or the page is looked at again. @returns the function that unsubscribes */
  onWake(listener: (reason: 'online' | 'visible') => void): () => void;
}

export interface SocketHandlers {
  onOpen(): void;
  onText(text: string): void;
  /** Called once, also when the connection could not be made. */
  onClose(code: number): void;
}

export interface Socket {
  send(text: string): void;
  close(): void;
}

export interface TextStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

export function browserEnvironment(): Environment {
  return {
    now: () => Date.now(),
    setTimer(callback, ms) {
      const timer = setTimeout(callback, ms);
      return () => clearTimeout(timer);
    },
    random: () => Math.random(),
    newId: randomId,
    openSocket,
    createPeerConnection: (configuration) => new RTCPeerConnection(configuration),
    createStream: () => new MediaStream(),
    videoCodecs: () => RTCRtpSender.getCapabilities('video')?.codecs ?? [],
    watchElement,
    fetchJson,
    tabStorage: tabStorage(),
    pageOrigin: globalThis.location.origin,
    onWake,
  };
}

/** Calls `callback` every `ms`, first after `ms`. @returns the function that stops it */
export function every(environment: Pick<Environment, 'setTimer'>, ms: number, callback: () => void): () => void {
  let stopped = false;
  let cancel = (): void => undefined;
  const arm = (): void => {
    cancel = environment.setTimer(() => {
      callback();
      if (!stopped) arm();
    }, ms);
  };
  arm();
  return () => {
    stopped = true;
    cancel();
  };
}

/** `crypto.randomUUID` does not exist on plain-http pages; `getRandomValues` does. */
function randomId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function openSocket(url: string, handlers: SocketHandlers): Socket {
  const socket = new WebSocket(url);
  socket.onopen = () => handlers.onOpen();
  socket.onmessage = (event) => {
    if (typeof event.data === 'string') handlers.onText(event.data);
  };
  socket.onclose = (event) => handlers.onClose(event.code);
  return {
    send(text) {
      if (socket.readyState === WebSocket.OPEN) socket.send(text);
    },
    close() {
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close();
    },
  };
}

async function fetchJson(url: string, token: string | null, timeoutMs: number): Promise<unknown> {
  const response = await fetch(url, {
    headers: token === null ? {} : { Authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(timeoutMs),
  });
  if (!response.ok) throw new Error(`status ${response.status}`);
  return response.json();
}

/** Reading the property itself throws where cookies are blocked. */
function tabStorage(): TextStorage | null {
  try {
    return globalThis.sessionStorage;
  } catch {
    return null;
  }
}

function onWake(listener: (reason: 'online' | 'visible') => void): () => void {
  const online = (): void => listener('online');
  const visible = (): void => {
    if (document.visibilityState === 'visible') listener('visible');
  };
  addEventListener('online', online);
  addEventListener('pageshow', visible);
  document.addEventListener('visibilitychange', visible);
  return () => {
    removeEventListener('online', online);
    removeEventListener('pageshow', visible);
    document.removeEventListener('visibilitychange', visible);
  };
}
