/** From RTCStatsReport to figures: a sample of totals, and the rates between two samples. Pure. */
import type { MediaState, PeerStats, Quality, SentLayer } from './api.ts';
import type { PathPhase } from './recovery.ts';

/** Totals at one moment. */
export interface StatsSample {
  readonly at: number;
  /** Of one participant, over a connection that carries others too: what is sent is for all of them. */
  readonly shared: boolean;
  readonly bytesSent: number;
  readonly bytesReceived: number;
  /** Of media streams only; ICE and RTCP do not count. */
  readonly mediaBytesReceived: number;
  readonly packetsReceived: number;
  readonly packetsLost: number;
  readonly freezes: number;
  readonly rttMs: number | null;
  readonly jitterMs: number | null;
  readonly localCandidate: string | null;
  readonly remoteCandidate: string | null;
  readonly videoIn: string | null;
  readonly videoOut: string | null;
  readonly layersOut: readonly LayerSample[];
  readonly dtls: string | null;
}

/** One outgoing stream of video. */
interface LayerSample extends Omit<SentLayer, 'kbps' | 'paused'> {
  readonly id: string;
  /** Null when the browser does not say. */
  readonly active: boolean | null;
  readonly bytesSent: number;
  readonly area: number;
}

export interface PeerFigures {
  readonly shown: Omit<PeerStats, 'participant' | 'name' | 'path' | 'shownAt'>;
  readonly freezes: number;
  readonly mediaReceived: boolean;
}

type Entry = Readonly<Record<string, unknown>>;

/** @param tracks ids of the tracks that come from one participant, when others come over the same connection */
export function sampleOf(
  report: Iterable<readonly [string, unknown]>,
  at: number,
  tracks: ReadonlySet<string> | null = null,
): StatsSample {
  const byId = new Map<string, Entry>();
  for (const [id, entry] of report) if (typeof entry === 'object' && entry !== null) byId.set(id, entry as Entry);
  const all = [...byId.values()];
  const inbound = all.filter(
    (each) => each['type'] === 'inbound-rtp' && (tracks === null || tracks.has(String(each['trackIdentifier']))),
  );
  const outbound = all.filter((each) => each['type'] === 'outbound-rtp');
  const transport = all.find((each) => each['type'] === 'transport');
  const pair = selectedPair(all, byId, transport);
  const rtt = numberOrNull(pair?.['currentRoundTripTime']);
  const jitter = numberOrNull(inbound.find((each) => each['kind'] === 'audio')?.['jitter']);
  return {
    at,
    shared: tracks !== null,
    bytesSent: total([pair], 'bytesSent'),
    bytesReceived: total(tracks === null ? [pair] : inbound, 'bytesReceived'),
    mediaBytesReceived: total(inbound, 'bytesReceived'),
    packetsReceived: total(inbound, 'packetsReceived'),
    packetsLost: total(inbound, 'packetsLost'),
    freezes: total(inbound, 'freezeCount'),
    rttMs: rtt === null ? null : Math.round(rtt * 1_000),
    jitterMs: jitter === null ? null : Math.round(jitter * 1_000),
    localCandidate: candidateText(byId.get(String(pair?.['localCandidateId']))),
    remoteCandidate: candidateText(byId.get(String(pair?.['remoteCandidateId']))),
    videoIn: videoText(inbound, byId),
    videoOut: tracks === null ? videoText(outbound, byId) : null,
    layersOut: tracks === null ? layersOf(outbound, byId) : [],
    dtls: textOrNull(transport?.['dtlsState']),
  };
}

/** @param before an earlier sample of the same connection, or null for the first */
export function figuresOf(before: StatsSample | null, now: StatsSample): PeerFigures {
  const received = since(before, now, 'packetsReceived');
  const lost = Math.max(0, since(before, now, 'packetsLost'));
  return {
    shown: {
      rttMs: now.rttMs,
      lossPercent: received + lost === 0 ? null : Math.round((1_000 * lost) / (received + lost)) / 10,
      jitterMs: now.jitterMs,
      sendKbps: now.shared ? null : kbps(before, now, 'bytesSent'),
      receiveKbps: kbps(before, now, 'bytesReceived'),
      localCandidate: now.localCandidate,
      remoteCandidate: now.remoteCandidate,
      videoIn: now.videoIn,
      videoOut: now.videoOut,
      layersOut: now.layersOut.map((layer) => sentLayer(before, now, layer)),
      dtls: now.dtls,
    },
    freezes: since(before, now, 'freezes'),
    mediaReceived: since(before, now, 'mediaBytesReceived') > 0,
  };
}

/** @param media what the participant says that it sends */
export function qualityOf(phase: PathPhase | 'new', media: MediaState, figures: PeerFigures | null): Quality {
  if (phase === 'interrupted' || phase === 'failed') return 'lost';
  if (phase !== 'connected' || figures === null) return 'unknown';
  if ((media.microphone || media.camera || media.screen) && !figures.mediaReceived) return 'lost';
  const rtt = figures.shown.rttMs ?? 0;
  const loss = figures.shown.lossPercent ?? 0;
  if (loss > 8 || rtt > 500 || figures.freezes > 1) return 'poor';
  if (loss > 2 || rtt > 250 || figures.freezes > 0) return 'fair';
  return 'good';
}

/** One's own network is at most as good as the best of the connections over it. */
export function ownQuality(remote: readonly Quality[]): Quality {
  const order: readonly Quality[] = ['good', 'fair', 'poor', 'lost'];
  return order.find((each) => remote.includes(each)) ?? 'unknown';
}

function selectedPair(
  all: readonly Entry[],
  byId: ReadonlyMap<string, Entry>,
  transport: Entry | undefined,
): Entry | undefined {
  const selected = byId.get(String(transport?.['selectedCandidatePairId']));
  if (selected !== undefined) return selected;
  // Firefox has no transport statistics before version 133, but marks the pair.
  const pairs = all.filter((each) => each['type'] === 'candidate-pair');
  return pairs.find((each) => each['selected'] === true) ?? pairs.find((each) => each['nominated'] === true);
}

/** For example `host udp`, or `relay udp (tls)` for a relay that is reached over TLS. */
function candidateText(candidate: Entry | undefined): string | null {
  if (candidate === undefined) return null;
  const relay = textOrNull(candidate['relayProtocol']);
  const protocol = String(candidate['protocol'] ?? '').toLowerCase();
  const text = `${String(candidate['candidateType'] ?? '')} ${protocol}`.trim();
  return relay === null || relay === protocol ? text : `${text} (${relay})`;
}

/** The largest picture that flows, for example `640x360 30 fps VP8`. */
function videoText(streams: readonly Entry[], byId: ReadonlyMap<string, Entry>): string | null {
  const [largest] = streams
    .filter((each) => each['kind'] === 'video' && each['active'] !== false)
    .sort((a, b) => areaOf(b) - areaOf(a));
  return largest === undefined ? null : pictureText(largest, byId);
}

function layersOf(streams: readonly Entry[], byId: ReadonlyMap<string, Entry>): readonly LayerSample[] {
  return streams
    .filter((each) => each['kind'] === 'video')
    .map((each) => ({
      id: String(each['id'] ?? each['ssrc']),
      rid: textOrNull(each['rid']),
      picture: pictureText(each, byId),
      scalabilityMode: textOrNull(each['scalabilityMode']),
      active: typeof each['active'] === 'boolean' ? each['active'] : null,
      bytesSent: numberOrNull(each['bytesSent']) ?? 0,
      area: areaOf(each),
    }))
    .sort((a, b) => b.area - a.area);
}

function sentLayer(before: StatsSample | null, now: StatsSample, layer: LayerSample): SentLayer {
  const { rid, picture, scalabilityMode } = layer;
  const earlier = before?.layersOut.find(({ id }) => id === layer.id)?.bytesSent ?? layer.bytesSent;
  const ms = now.at - (before?.at ?? now.at);
  const kbps = ms > 0 ? Math.round((8 * Math.max(0, layer.bytesSent - earlier)) / ms) : 0;
  return { rid, picture, scalabilityMode, paused: layer.active === false, kbps };
}

function areaOf(each: Entry): number {
  return Number(each['frameWidth'] ?? 0) * Number(each['frameHeight'] ?? 0);
}

function pictureText(stream: Entry, byId: ReadonlyMap<string, Entry>): string | null {
  if (areaOf(stream) === 0) return null;
  const codec = textOrNull(byId.get(String(stream['codecId']))?.['mimeType'])?.replace(/^video\//i, '');
  const fps = numberOrNull(stream['framesPerSecond']);
  const size = `${String(stream['frameWidth'])}x${String(stream['frameHeight'])}`;
  return [size, fps === null ? '' : `${String(Math.round(fps))} fps`, codec ?? '']
    .filter((part) => part !== '')
    .join(' ');
}

type Total = 'bytesSent' | 'bytesReceived' | 'mediaBytesReceived' | 'packetsReceived' | 'packetsLost' | 'freezes';

function since(before: StatsSample | null, now: StatsSample, key: Total): number {
  // A path that was replaced counts from zero again.
  return before === null || now[key] < before[key] ? now[key] : now[key] - before[key];
}

function kbps(before: StatsSample | null, now: StatsSample, key: Total): number {
  if (before === null || now.at <= before.at) return 0;
  return Math.round((8 * since(before, now, key)) / (now.at - before.at));
}

function total(entries: readonly (Entry | undefined)[], key: string): number {
  return entries.reduce((sum, each) => sum + (numberOrNull(each?.[key]) ?? 0), 0);
}

function numberOrNull(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
