import { describe, expect, it } from 'vitest';
import type { PeerFigures, StatsSample } from './peer-stats.ts';
import { figuresOf, ownQuality, qualityOf, sampleOf } from './peer-stats.ts';

/** Members as Chromium 140 names them, values made up. */
function report(seconds: number): Map<string, unknown> {
  return new Map<string, unknown>([
    ['T', { type: 'transport', selectedCandidatePairId: 'P', dtlsState: 'connected' }],
    [
      'P',
      {
        type: 'candidate-pair',
        currentRoundTripTime: 0.0234,
        bytesSent: 125_000 * seconds,
        bytesReceived: 62_500 * seconds,
        localCandidateId: 'L',
        remoteCandidateId: 'R',
      },
    ],
    ['L', { type: 'local-candidate', candidateType: 'relay', protocol: 'udp', relayProtocol: 'tls' }],
    ['R', { type: 'remote-candidate', candidateType: 'host', protocol: 'udp' }],
    ['C', { type: 'codec', mimeType: 'video/VP8' }],
    [
      'A',
      {
        type: 'inbound-rtp',
        kind: 'audio',
        jitter: 0.004,
        packetsReceived: 50 * seconds,
        packetsLost: 0,
        bytesReceived: 5_000 * seconds,
      },
    ],
    [
      'V',
      {
        type: 'inbound-rtp',
        kind: 'video',
        codecId: 'C',
        frameWidth: 640,
        frameHeight: 360,
        framesPerSecond: 29.7,
        packetsReceived: 49 * seconds,
        packetsLost: seconds,
        bytesReceived: 50_000 * seconds,
        freezeCount: 0,
      },
    ],
    [
      'O',
      {
        id: 'O',
        type: 'outbound-rtp',
        kind: 'video',
        codecId: 'C',
        frameWidth: 1280,
        frameHeight: 720,
        framesPerSecond: 30,
        bytesSent: 100_000 * seconds,
      },
    ],
  ]);
}

const sample = (seconds: number): StatsSample => sampleOf(report(seconds), seconds * 1_000);

describe('statistics', () => {
  it('are rates between two samples', () => {
    expect(figuresOf(sample(10), sample(12)).shown).toEqual({
      rttMs: 23,
      lossPercent: 1,
      jitterMs: 4,
      sendKbps: 1_000,
      receiveKbps: 500,
      localCandidate: 'relay udp (tls)',
      remoteCandidate: 'host udp',
      videoIn: '640x360 30 fps VP8',
      videoOut: '1280x720 30 fps VP8',
      layersOut: [{ rid: null, picture: '1280x720 30 fps VP8', scalabilityMode: null, paused: false, kbps: 800 }],
      dtls: 'connected',
    });
  });

  it('of one participant through the server leave out the others, and what is sent', () => {
    const shared = (seconds: number): StatsSample => {
      const whole = report(seconds);
      whole.set('A', { ...(whole.get('A') as object), trackIdentifier: 'slot 1' });
      whole.set('V', { ...(whole.get('V') as object), trackIdentifier: 'slot 2' });
      return sampleOf(whole, seconds * 1_000, new Set(['slot 1']));
    };
    expect(figuresOf(shared(10), shared(12)).shown).toMatchObject({
      rttMs: 23,
      lossPercent: 0,
      sendKbps: null,
      receiveKbps: 40,
      videoIn: null,
      videoOut: null,
    });
  });

  it('begin again when the path was replaced', () => {
    expect(figuresOf(sample(100), { ...sample(2), at: 101_000 }).shown.sendKbps).toBe(2_000);
  });

  it('find the path in Firefox, which marks the pair', () => {
    const firefox = report(1);
    firefox.delete('T');
    firefox.set('P', { ...(firefox.get('P') as object), selected: true });
    expect(sampleOf(firefox, 0)).toMatchObject({ rttMs: 23, remoteCandidate: 'host udp', dtls: null });
  });

  it('say nothing about nothing', () => {
    expect(figuresOf(null, sampleOf(new Map(), 0)).shown).toEqual({
      rttMs: null,
      lossPercent: null,
      jitterMs: null,
      sendKbps: 0,
      receiveKbps: 0,
      localCandidate: null,
      remoteCandidate: null,
      videoIn: null,
      videoOut: null,
      layersOut: [],
      dtls: null,
    });
  });

  it('tell the layers that are sent, the largest first, and which of them rest', () => {
    const simulcast = (seconds: number): StatsSample => {
      const whole = report(seconds);
      const one = whole.get('O') as object;
      const sent = { frameWidth: 320, frameHeight: 180, bytesSent: 20_000 * seconds };
      const rests = { active: false, framesPerSecond: undefined, bytesSent: 999 };
      whole.set('O', { ...one, id: 'O', rid: 'l', active: true, scalabilityMode: 'L1T3', ...sent });
      whole.set('Q', { ...one, id: 'Q', rid: 'h', scalabilityMode: 'L1T3', ...rests });
      return sampleOf(whole, seconds * 1_000);
    };
    const { layersOut, videoOut } = figuresOf(simulcast(10), simulcast(12)).shown;
    expect(layersOut).toEqual([
      { rid: 'h', picture: '1280x720 VP8', scalabilityMode: 'L1T3', paused: true, kbps: 0 },
      { rid: 'l', picture: '320x180 30 fps VP8', scalabilityMode: 'L1T3', paused: false, kbps: 160 },
    ]);
    expect(videoOut).toBe('320x180 30 fps VP8');
  });
});

describe('quality', () => {
  const media = { microphone: true, camera: true, screen: false };
  const off = { microphone: false, camera: false, screen: false };
  const good = figuresOf(sample(10), sample(12));
  const with_ = (members: Partial<PeerFigures['shown']>, rest: Partial<PeerFigures> = {}): PeerFigures => ({
    ...good,
    ...rest,
    shown: { ...good.shown, ...members },
  });

  it.each([
    ['good', with_({})],
    ['fair', with_({ lossPercent: 3 })],
    ['fair', with_({ rttMs: 300 })],
    ['fair', with_({}, { freezes: 1 })],
    ['poor', with_({ lossPercent: 10 })],
    ['poor', with_({ rttMs: 600 })],
    ['lost', with_({}, { mediaReceived: false })],
  ] as const)('is %s', (quality, figures) => {
    expect(qualityOf('connected', media, figures)).toBe(quality);
  });

  it('is not lost when nothing is sent', () => {
    expect(qualityOf('connected', off, with_({}, { mediaReceived: false }))).toBe('good');
  });

  it('is lost without a path, and unknown before one', () => {
    expect(qualityOf('interrupted', media, good)).toBe('lost');
    expect(qualityOf('failed', media, good)).toBe('lost');
    expect(qualityOf('connecting', media, null)).toBe('unknown');
    expect(qualityOf('connected', media, null)).toBe('unknown');
  });

  it('of oneself is that of the best path', () => {
    expect(ownQuality(['lost', 'fair', 'poor'])).toBe('fair');
    expect(ownQuality(['lost', 'lost'])).toBe('lost');
    expect(ownQuality([])).toBe('unknown');
  });
});
