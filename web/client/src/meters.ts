/** Measures the connections: levels several times a second, statistics every two seconds. */
import type { LocalMedia, PeerStats, Quality } from './api.ts';
import type { Environment } from './environment.ts';
import { every } from './environment.ts';
import { expectedMedia } from './media-path.ts';
import type { MediaRoutes } from './media-routes.ts';
import { figuresOf, ownQuality, qualityOf, sampleOf } from './peer-stats.ts';
import type { PeerFigures, StatsSample } from './peer-stats.ts';
import { SERVER } from './protocol.ts';
import type { Roster } from './roster.ts';
import { ReceiverLevel, SpeakingDetector } from './speaking.ts';

/** What is measured: a participant's path, or the connection to the server. */
interface Measured {
  getStats(): Promise<RTCStatsReport>;
}

interface Meter {
  /** Figures of an earlier one mean nothing. */
  readonly measured: Measured;
  readonly receiver: ReceiverLevel;
  readonly detector: SpeakingDetector;
  speaking: boolean;
  sample: StatsSample | null;
  /** The slots that the sample counted: others count something else. */
  sampledTracks: string;
  figures: PeerFigures | null;
  /** Measurements in a row without any media. */
  silent: number;
}

const LEVELS_EVERY_MS = 150;
const STATS_EVERY_MS = 2_000;
/** Rates over a shorter time say little. */
const MIN_STATS_GAP_MS = 900;

export class Meters {
  readonly #environment: Environment;
  readonly #routes: MediaRoutes;
  readonly #media: LocalMedia;
  readonly #roster: Roster;
  readonly #onChange: () => void;
  readonly #own = new SpeakingDetector();
  /** Keyed by participant; only those in the roster have one, and the server. */
  readonly #meters = new Map<string, Meter>();
  #ownSpeaking = false;

  constructor(environment: Environment, routes: MediaRoutes, media: LocalMedia, roster: Roster, onChange: () => void) {
    this.#environment = environment;
    this.#routes = routes;
    this.#media = media;
    this.#roster = roster;
    this.#onChange = onChange;
  }

  /** @param everySecond called about once a second, for what else needs the time. @returns the function that stops it */
  start(everySecond: () => void): () => void {
    const stopLevels = every(this.#environment, LEVELS_EVERY_MS, () => this.#measureLevels());
    const stopStats = every(this.#environment, STATS_EVERY_MS, () => void this.#measureStats());
    const stopSeconds = every(this.#environment, 1_000, everySecond);
    return () => {
      stopLevels();
      stopStats();
      stopSeconds();
    };
  }

  clear(): void {
    this.#meters.clear();
    this.#ownSpeaking = false;
  }

  get ownSpeaking(): boolean {
    return this.#ownSpeaking;
  }

  get ownQuality(): Quality {
    return ownQuality(this.#roster.participants.map((each) => this.quality(each.id)));
  }

  speaking(participant: string): boolean {
    return this.#meters.get(participant)?.speaking ?? false;
  }

  quality(participant: string): Quality {
    const meter = this.#meters.get(participant);
    const path = this.#routes.get(participant)?.path ?? null;
    const known = this.#roster.get(participant);
    if (path === null || known === undefined) return 'unknown';
    const figures = meter?.measured === path ? meter.figures : null;
    // One silent measurement may be a camera that was just switched on.
    const patient = figures !== null && (meter?.silent ?? 0) < 2 ? { ...figures, mediaReceived: true } : figures;
    return qualityOf(path.phase, expectedMedia(path, known.media), patient);
  }

  level(participant: string): number {
    const path = this.#routes.get(participant)?.path ?? null;
    if (path === null || this.#roster.get(participant)?.media.microphone !== true) return 0;
    return this.#meter(participant, path).receiver.read(path.microphoneReceiver, this.#environment.now());
  }

  /** The server's row first, while there is a connection to it. */
  async stats(): Promise<readonly PeerStats[]> {
    await this.#measureStats();
    const row = (participant: string, name: string, path: PeerStats['path']): PeerStats[] => {
      const figures = this.#meters.get(participant)?.figures;
      if (figures === undefined || figures === null) return [];
      const shownAt = path === 'server' ? this.#routes.shownAt(participant) : null;
      return [{ participant, name, path, ...figures.shown, shownAt }];
    };
    return [
      ...(this.#routes.server === null ? [] : row(SERVER, 'Server', 'server')),
      ...this.#roster.participants.flatMap(({ id, name }) =>
        row(id, name, this.#routes.get(id)?.path?.kind ?? 'direct'),
      ),
    ];
  }

  #measureLevels(): void {
    const now = this.#environment.now();
    let changed = false;
    const own = this.#own.update(now, this.#media.microphoneLevel());
    if (own !== this.#ownSpeaking) changed = true;
    this.#ownSpeaking = own;
    for (const { id } of this.#roster.participants) {
      const path = this.#routes.get(id)?.path ?? null;
      if (path === null) continue;
      const meter = this.#meter(id, path);
      const speaking = meter.detector.update(now, this.level(id));
      if (speaking !== meter.speaking) changed = true;
      meter.speaking = speaking;
    }
    if (changed) this.#onChange();
  }

  async #measureStats(): Promise<void> {
    const { server } = this.#routes;
    for (const id of this.#meters.keys())
      if (id === SERVER ? server === null : this.#roster.get(id) === undefined) this.#meters.delete(id);
    const measurements = this.#roster.participants.map(({ id }) => {
      const path = this.#routes.get(id)?.path ?? null;
      if (path === null) return Promise.resolve();
      const tracks = path.kind === 'direct' ? null : new Set([...path.tracks.values()].map((each) => each.id));
      return this.#measure(id, path, tracks);
    });
    if (server !== null) measurements.push(this.#measure(SERVER, server, null));
    await Promise.all(measurements);
    this.#onChange();
  }

  /** @param tracks the participant's own, when others come over the same connection */
  async #measure(id: string, measured: Measured, tracks: ReadonlySet<string> | null): Promise<void> {
    const meter = this.#meter(id, measured);
    const now = this.#environment.now();
    if (meter.sample !== null && now - meter.sample.at < MIN_STATS_GAP_MS) return;
    try {
      const sample = sampleOf(await measured.getStats(), now, tracks);
      const sampledTracks = [...(tracks ?? [])].join(' ');
      const comparable = tracks === null || (meter.sample !== null && sampledTracks === meter.sampledTracks);
      // Slots count from when they were made, whoever used them since: the first sample of these is only the start.
      meter.figures = figuresOf(comparable ? meter.sample : sample, sample);
      meter.sample = sample;
      meter.sampledTracks = sampledTracks;
      if (comparable) meter.silent = meter.figures.mediaReceived ? 0 : meter.silent + 1;
    } catch {
      // The connection was closed meanwhile.
    }
  }

  #meter(id: string, measured: Measured): Meter {
    const known = this.#meters.get(id);
    if (known?.measured === measured) return known;
    const fresh: Meter = {
      measured,
      receiver: new ReceiverLevel(),
      detector: new SpeakingDetector(),
      speaking: false,
      sample: null,
      sampledTracks: '',
      figures: null,
      silent: 0,
    };
    this.#meters.set(id, fresh);
    return fresh;
  }
}
