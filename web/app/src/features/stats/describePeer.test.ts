import type { PeerStats } from '@stoa/client';
import { expect, it } from 'vitest';
import { describePeer } from './describePeer';

const STATS: PeerStats = {
  participant: 'p1',
  name: 'Ada',
  path: 'direct',
  rttMs: 23,
  lossPercent: 0.2,
  jitterMs: 3,
  sendKbps: 1430,
  receiveKbps: 860,
  localCandidate: 'host udp',
  remoteCandidate: 'srflx udp',
  videoIn: '640x360 30 fps VP8',
  videoOut: null,
  dtls: 'connected',
};

it('tells the way that media takes, in words', () => {
  expect(describePeer(STATS)[0]).toEqual(['Media', 'directly']);
  expect(describePeer({ ...STATS, path: 'server' })[0]).toEqual(['Media', 'through the server']);
});

it('shows sending and the path of the server once, not at everybody who comes through it', () => {
  const labels = (peer: PeerStats) => describePeer(peer).map(([label]) => label);
  expect(labels({ ...STATS, path: 'server' })).toEqual(['Media', 'Loss', 'Jitter', 'Receiving', 'Picture in']);
  expect(labels({ ...STATS, path: 'server', participant: 'server' })).toEqual(labels(STATS));
});

it('shows what is not known as a dash', () => {
  expect(describePeer({ ...STATS, rttMs: null })).toContainEqual(['Round trip', '–']);
  expect(describePeer(STATS)).toContainEqual(['Picture out', '–']);
});
