/** Measures the connections: levels several times a second, statistics every two seconds. */
import type { LocalMedia, PeerStats, Quality } from './api.ts';
import type { Environment } from './environment.ts';
import { every } from './environment.ts';
import type { Mesh } from './mesh.ts';
import { figuresOf, ownQuality, qualityOf, sampleOf } from './peer-stats.ts';
import type { PeerFigures, StatsSample } from './peer-stats.ts';
import type { Roster } from './roster.ts';
import { ReceiverLevel, SpeakingDetector } from './speaking.ts';

interface Meter {
  /** The connection that was measured: figures of an earlier one mean nothing. */
  readonly peer: object;
  readonly receiver: ReceiverLevel;
  readonly detector: SpeakingDetector;
  speaking: boolean;
  sample: StatsSample | null;
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
  readonly #mesh: Mesh;
  readonly #media: LocalMedia;
  readonly #roster: Roster;
  readonly #onChange: () => void;
  readonly #own = new SpeakingDetector();
  /** Keyed by participant; only those in the roster have one. */
  readonly #meters = new Map<string, Meter>();
  #ownSpeaking = false;
  /** For a participant without a connection. */
  readonly emptyStream: MediaStream;

  constructor(environment: Environment, mesh: Mesh, media: LocalMedia, roster: Roster, onChange: () => void) {
    this.#environment = environment;
    this.#mesh = mesh;
    this.#media = media;
    this.#roster = roster;
    this.#onChange = onChange;
    this.emptyStream = environment.createStream();
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
    const connection = this.#mesh.get(participant);
    const known = this.#roster.get(participant);
    if (connection === undefined || known === undefined) return 'unknown';
    const figures = meter?.peer === connection.peer ? meter.figures : null;
    // One silent measurement may be a camera that was just switched on.
    const patient = figures !== null && (meter?.silent ?? 0) < 2 ? { ...figures, mediaReceived: true } : figures;
    return qualityOf(connection.peer.phase, known.media, patient);
  }

  level(participant: string): number {
    const connection = this.#mesh.get(participant);
    if (connection === undefined || this.#roster.get(participant)?.media.microphone !== true) return 0;
    return this.#meter(participant, connection.peer).receiver.read(
      connection.peer.microphoneReceiver,
      this.#environment.now(),
    );
  }

  async stats(): Promise<readonly PeerStats[]> {
    await this.#measureStats();
    return this.#roster.participants.flatMap(({ id, name }) => {
      const figures = this.#meters.get(id)?.figures;
      if (figures === undefined || figures === null) return [];
      return [{ participant: id, name, ...figures.shown }];
    });
  }

  #measureLevels(): void {
    const now = this.#environment.now();
    let changed = false;
    const own = this.#own.update(now, this.#media.microphoneLevel());
    if (own !== this.#ownSpeaking) changed = true;
    this.#ownSpeaking = own;
    for (const { id } of this.#roster.participants) {
      const connection = this.#mesh.get(id);
      if (connection === undefined) continue;
      const meter = this.#meter(id, connection.peer);
      const speaking = meter.detector.update(now, this.level(id));
      if (speaking !== meter.speaking) changed = true;
      meter.speaking = speaking;
    }
    if (changed) this.#onChange();
  }

  async #measureStats(): Promise<void> {
    for (const id of this.#meters.keys()) if (this.#roster.get(id) === undefined) this.#meters.delete(id);
    await Promise.all(this.#roster.participants.map((each) => this.#measure(each.id)));
    this.#onChange();
  }

  async #measure(participant: string): Promise<void> {
    const connection = this.#mesh.get(participant);
    if (connection === undefined) return;
    const meter = this.#meter(participant, connection.peer);
    const now = this.#environment.now();
    if (meter.sample !== null && now - meter.sample.at < MIN_STATS_GAP_MS) return;
    try {
      const sample = sampleOf(await connection.peer.getStats(), now);
      meter.figures = figuresOf(meter.sample, sample);
      meter.sample = sample;
      meter.silent = meter.figures.mediaReceived ? 0 : meter.silent + 1;
    } catch {
      // The connection was closed meanwhile.
    }
  }

  #meter(participant: string, peer: object): Meter {
    const known = this.#meters.get(participant);
    if (known?.peer === peer) return known;
    const fresh: Meter = {
      peer,
      receiver: new ReceiverLevel(),
      detector: new SpeakingDetector(),
      speaking: false,
      sample: null,
      figures: null,
      silent: 0,
    };
    this.#meters.set(participant, fresh);
    return fresh;
  }
}
