import type { MediaPathKind, PeerStats, RoomTopology } from '@stoa/client';

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

/** The rows of the panel, for people. What somebody shares with others over the server's connection is its row alone. */
export function describePeer(peer: PeerStats): Rows {
  const received: Rows = [
    ['Loss', measured(peer.lossPercent, 1, '%')],
    ['Jitter', measured(peer.jitterMs, 0, 'ms')],
    ['Receiving', bitrate(peer.receiveKbps)],
  ];
  const picture: Rows = [['Picture in', peer.videoIn ?? UNKNOWN]];
  if (peer.path === 'server' && peer.participant !== SERVER)
    return [['Media', describePath(peer.path)], ...received, ...picture];
  return [
    ['Media', describePath(peer.path)],
    ['Round trip', measured(peer.rttMs, 0, 'ms')],
    ...received,
    ['Sending', peer.sendKbps === null ? UNKNOWN : bitrate(peer.sendKbps)],
    ...picture,
    ['Picture out', peer.videoOut ?? UNKNOWN],
    ['Path', `${peer.localCandidate ?? UNKNOWN} → ${peer.remoteCandidate ?? UNKNOWN}`],
    ['DTLS', peer.dtls ?? UNKNOWN],
  ];
}
