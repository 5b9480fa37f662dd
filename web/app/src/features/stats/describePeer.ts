import type { PeerStats } from '@stoa/client';

const UNKNOWN = '–';

function measured(value: number | null, digits: number, unit: string): string {
  return value === null ? UNKNOWN : `${value.toFixed(digits)} ${unit}`;
}

export function bitrate(kbps: number): string {
  return kbps >= 1000 ? `${(kbps / 1000).toFixed(1)} Mbit/s` : `${Math.round(kbps)} kbit/s`;
}

/** The rows of the panel, for people. */
export function describePeer(peer: PeerStats): readonly (readonly [label: string, value: string])[] {
  return [
    ['Round trip', measured(peer.rttMs, 0, 'ms')],
    ['Loss', measured(peer.lossPercent, 1, '%')],
    ['Jitter', measured(peer.jitterMs, 0, 'ms')],
    ['Receiving', bitrate(peer.receiveKbps)],
    ['Sending', bitrate(peer.sendKbps)],
    ['Picture in', peer.videoIn ?? UNKNOWN],
    ['Picture out', peer.videoOut ?? UNKNOWN],
    ['Path', `${peer.localCandidate ?? UNKNOWN} → ${peer.remoteCandidate ?? UNKNOWN}`],
    ['DTLS', peer.dtls ?? UNKNOWN],
  ];
}
