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
  layersOut: [],
  shownAt: null,
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

it('shows at which size somebody is seen, and why no picture comes of who is not', () => {
  const at = (width: number, height: number) =>
    describePeer({ ...STATS, path: 'server', shownAt: { width, height } }).find(([label]) => label === 'Shown at');
  expect(at(640, 360)).toEqual(['Shown at', '640x360']);
  expect(at(0, 0)).toEqual(['Shown at', 'out of sight: no picture is fetched']);
});

it('shows each size in which a picture is sent, and which of them rest', () => {
  const layer = { scalabilityMode: 'L1T3', paused: false };
  const layersOut = [
    { ...layer, rid: 'h', picture: '1280x720 VP8', kbps: 0, paused: true },
    { ...layer, rid: 'l', picture: '320x180 30 fps VP8', kbps: 148 },
  ];
  const rows = describePeer({ ...STATS, path: 'server', participant: 'server', layersOut });
  expect(rows).toContainEqual(['Sending large', 'paused: nobody sees it']);
  expect(rows).toContainEqual(['Sending small', '320x180 30 fps VP8, 148 kbit/s']);
  expect(rows.map(([label]) => label)).not.toContain('Picture out');
});

it('tells of layers within one stream', () => {
  const picture = '1280x720 30 fps VP9';
  const layersOut = [{ rid: null, picture, scalabilityMode: 'L3T3_KEY', paused: false, kbps: 1_700 }];
  expect(describePeer({ ...STATS, videoOut: picture, layersOut })).toContainEqual([
    'Picture out',
    '1280x720 30 fps VP9 in 3 layers',
  ]);
});
