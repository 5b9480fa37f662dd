import type { MediaPathKind, PeerStats, RoomTopology, SentLayer } from '@stoa/client';

const UNKNOWN = '–';

/** The reserved id of the row that measures the connection to the server itself. */
const SERVER = 'server';

function measured(value: number | null, digits: number, unit: string): string {
  return value === null ? UNKNOWN : `${value.toFixed(digits)} ${unit}`;
}

export function bitrate(kbps: number): string {
  return kbps >= 1000 ? `${(kbps / 1000).toFixed(1)} Mbit/s` : `${Math.round(kbps)} kbit/s`;
}

export function describeTopology(topology: RoomTopology): string {
  return describePath(topology === 'sfu' ? 'server' : 'direct');
}

function describePath(path: MediaPathKind): string {
  return path === 'server' ? 'through the server' : 'directly';
}

type Rows = readonly (readonly [label: string, value: string])[];

const SIZES: Readonly<Record<string, string>> = { h: 'Sending large', m: 'Sending medium', l: 'Sending small' };

/** What the server is told, so that no larger picture comes than is seen. */
function shown({ shownAt }: PeerStats): Rows {
  if (shownAt === null) return [];
  const { width, height } = shownAt;
  return [['Shown at', width === 0 || height === 0 ? 'out of sight: no picture is fetched' : `${width}x${height}`]];
}

/** To the server the picture may go in several sizes, of which only those are made that somebody sees. */
function sent({ videoOut, layersOut }: PeerStats): Rows {
  const inLayers = layersOut.some(({ rid, paused }) => rid !== null || paused);
  if (!inLayers && layersOut.length <= 1) return [['Picture out', modeText(videoOut ?? UNKNOWN, layersOut[0])]];
  return layersOut.map((layer) => [
    SIZES[layer.rid ?? ''] ?? 'Picture out',
    layer.paused ? 'paused: nobody sees it' : `${layer.picture ?? UNKNOWN}, ${bitrate(layer.kbps)}`,
  ]);
}

/** A single stream may have layers within. */
function modeText(picture: string, layer: SentLayer | undefined): string {
  const spatial = Number(/^L([23])/.exec(layer?.scalabilityMode ?? '')?.[1] ?? 1);
  return spatial > 1 ? `${picture} in ${spatial} layers` : picture;
}

/** The rows of the panel, for people. What somebody shares with others over the server's connection is its row alone. */
export function describePeer(peer: PeerStats): Rows {
  const received: Rows = [
    ['Loss', measured(peer.lossPercent, 1, '%')],
    ['Jitter', measured(peer.jitterMs, 0, 'ms')],
    ['Receiving', bitrate(peer.receiveKbps)],
  ];
  const picture: Rows = [['Picture in', peer.videoIn ?? UNKNOWN], ...shown(peer)];
  if (peer.path === 'server' && peer.participant !== SERVER)
    return [['Media', describePath(peer.path)], ...received, ...picture];
  return [
    ['Media', describePath(peer.path)],
    ['Round trip', measured(peer.rttMs, 0, 'ms')],
    ...received,
    ['Sending', peer.sendKbps === null ? UNKNOWN : bitrate(peer.sendKbps)],
    ...picture,
    ...sent(peer),
    ['Path', `${peer.localCandidate ?? UNKNOWN} → ${peer.remoteCandidate ?? UNKNOWN}`],
    ['DTLS', peer.dtls ?? UNKNOWN],
  ];
}
