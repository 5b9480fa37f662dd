/** The few HTTP addresses of the server that a room needs. Answers are checked; failures have a fallback. */
import type { Environment } from './environment.ts';

const TIMEOUT_MS = 5_000;
const MAX_SERVERS = 16;
const MAX_URL = 2_048;

export class ServerApi {
  readonly #environment: Environment;
  readonly #base: string;
  readonly #token: string | null;

  /** @param server address of the server, or undefined for where the page came from */
  constructor(environment: Environment, server: string | undefined, token: string | null) {
    this.#environment = environment;
    this.#base = (server ?? environment.pageOrigin).replace(/\/+$/, '').replace(/^ws/, 'http');
    this.#token = token;
  }

  get webSocketUrl(): string {
    return `${this.#base.replace(/^http/, 'ws')}/ws`;
  }

  /** @returns none when the server gives none: two on one network still find each other */
  async iceServers(): Promise<RTCIceServer[]> {
    try {
      return iceServersOf(await this.#environment.fetchJson(this.#url('ice-servers'), this.#token, TIMEOUT_MS));
    } catch {
      return [];
    }
  }

  async inviteLink(room: string): Promise<string> {
    try {
      const path = `rooms/${encodeURIComponent(room)}/invite`;
      const url = urlOf(await this.#environment.fetchJson(this.#url(path), this.#token, TIMEOUT_MS));
      if (url !== null) return url;
    } catch {
      // The page's own address works wherever this page does.
    }
    const query = this.#token === null ? '' : `?token=${encodeURIComponent(this.#token)}`;
    return `${this.#environment.pageOrigin}/r/${encodeURIComponent(room)}${query}`;
  }

  #url(path: string): string {
    return `${this.#base}/api/v1/${path}`;
  }
}

function iceServersOf(answer: unknown): RTCIceServer[] {
  const list: unknown = (answer as { iceServers?: unknown } | null)?.iceServers;
  if (!Array.isArray(list)) return [];
  return list.slice(0, MAX_SERVERS).flatMap((each: unknown): RTCIceServer[] => {
    if (typeof each !== 'object' || each === null) return [];
    const { urls, username, credential } = each as Record<string, unknown>;
    const addresses = (Array.isArray(urls) ? urls : [urls]).filter(isIceUrl);
    if (addresses.length === 0) return [];
    return typeof username === 'string' && typeof credential === 'string'
      ? [{ urls: addresses, username, credential }]
      : addresses.some((url) => url.startsWith('turn'))
        ? []
        : [{ urls: addresses }];
  });
}

/** One address that the browser does not know makes it refuse the whole configuration. */
function isIceUrl(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MAX_URL && /^(stun|stuns|turn|turns):[^\s]+$/.test(value);
}

function urlOf(answer: unknown): string | null {
  const url: unknown = (answer as { url?: unknown } | null)?.url;
  return typeof url === 'string' && url.length <= MAX_URL && /^https?:\/\//.test(url) ? url : null;
}
