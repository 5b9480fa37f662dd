import type { Topology, VideoCodec } from '@stoa/client';

/** What the address of a call may ask for: `/r/{room}?name=&topology=&codec=&autojoin=1&relay=1`. */
export interface CallQuery {
  readonly name: string | null;
  readonly topology: Topology;
  /** In which to send video through the server; null: the usual one. */
  readonly videoCodec: VideoCodec | null;
  readonly autojoin: boolean;
  readonly relayOnly: boolean;
}

const TOPOLOGIES: readonly Topology[] = ['auto', 'mesh', 'sfu', 'mcu'];
const CODECS: readonly VideoCodec[] = ['vp8', 'h264', 'vp9', 'av1'];

export function roomPath(room: string): string {
  return `/r/${encodeURIComponent(room)}`;
}

/** The room that a path names, or null. Decoded here and once, so that a "%" in a name survives. */
export function roomFromPath(pathname: string): string | null {
  const encoded = /^\/r\/([^/]+)\/?$/.exec(pathname)?.[1];
  if (encoded === undefined) return null;
  try {
    return decodeURIComponent(encoded);
  } catch {
    return null;
  }
}

export function readCallQuery(search: string): CallQuery {
  const query = new URLSearchParams(search);
  const topology = query.get('topology');
  const codec = query.get('codec');
  return {
    name: query.get('name')?.trim() || null,
    topology: TOPOLOGIES.find((known) => known === topology) ?? 'auto',
    videoCodec: CODECS.find((known) => known === codec) ?? null,
    autojoin: query.get('autojoin') === '1',
    relayOnly: query.get('relay') === '1',
  };
}

/** The same page over HTTPS. */
export function httpsLink(page: URL | Location, httpsPort: number): string {
  const port = httpsPort === 443 ? '' : `:${httpsPort}`;
  return `https://${page.hostname}${port}${page.pathname}${page.search}${page.hash}`;
}

/** Adds the join token that is kept for this tab, for a link that leaves the page. */
export function withToken(link: string, token: string | null): string {
  if (token === null) return link;
  const url = new URL(link);
  url.searchParams.set('token', token);
  return url.toString();
}
