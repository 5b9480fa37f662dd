/**
 * The connection to the server: one RTCPeerConnection from beginning to end, to one process that carries media. This side
 * always offers. It ends with `close`; when it came to nothing the owner makes another one.
 *
 * Calling contract: it offers when it is made. Hooks may be called until `close`, never after it.
 */
import type { SourceKind, VideoCodec } from './api.ts';
import { compactOffer } from './compact-offer.ts';
import type { Payload } from './data-envelope.ts';
import type { Environment } from './environment.ts';
import { every } from './environment.ts';
import { pathStateOf } from './media-path.ts';
import type { MediaPath, Tracks } from './media-path.ts';
import { StepQueue, offerNumberOf, onRemoteAnswer, withOfferNumber } from './negotiation.ts';
import type { OfferNumbers } from './negotiation.ts';
import type { LayerMap, PeerChat, SlotMap, Sources } from './protocol.ts';
import { Publisher } from './publisher.ts';
import { ReceiveSlots } from './receive-slots.ts';
import { Recovery } from './recovery.ts';
import type { PathPhase } from './recovery.ts';
import { ServerData } from './server-data.ts';
import { CALL_KINDS, SCREEN_KINDS, mediaOf } from './slots.ts';
import type { LocalTracks, SyncStreams } from './slots.ts';
import { ViewReporter } from './view-reporter.ts';
import type { SlotViews } from './view-reporter.ts';
import type { ViewSizes } from './view-sizes.ts';

export interface ServerConnectionHooks {
  sendOffer(sdp: string, sources: Sources): void;
  /** How large each slot is shown. */
  sendView(slots: SlotViews): void;
  /** Phase or slots changed. */
  onChange(): void;
  onChat(from: string, chat: PeerChat): void;
  onData(from: string, key: string, data: Payload): void;
  onDataProblem(key: string, text: string): void;
  /** Who can be reached by data channels has changed, or there is room to send again. */
  onDataChange(): void;
  /** All tries were in vain; a new connection may do better. Called once. */
  onFailed(): void;
}

export interface ServerConnectionOptions {
  readonly environment: Environment;
  readonly configuration: RTCConfiguration;
  readonly tracks: LocalTracks;
  /** In which to send video, if this browser can; null: the usual one. */
  readonly videoCodec: VideoCodec | null;
  readonly viewSizes: ViewSizes;
  readonly streams: SyncStreams;
  readonly offerNumbers: OfferNumbers;
  /** Whether offers would reach the server now. */
  readonly reachable: boolean;
  /** How many pictures the others send. */
  readonly videoSources: number;
  /** The one before failed: so does this one, to a person, until it is connected. */
  readonly failedBefore: boolean;
  readonly hooks: ServerConnectionHooks;
}

/** As with a peer. */
const ANSWER_OVERDUE_MS = 8_000;
const TICK_MS = 500;
/** Everybody's figures come from one report. */
const STATS_VALID_MS = 500;

export class ServerConnection {
  readonly #options: ServerConnectionOptions;
  readonly #pc: RTCPeerConnection;
  readonly #sending: Publisher;
  readonly #receiving: ReceiveSlots;
  readonly data: ServerData;
  readonly #views: ViewReporter;
  readonly #recovery: Recovery;
  // A step that fails leaves the path down, and recovery begins it again.
  readonly #steps = new StepQueue(() => undefined);
  readonly #stopTicking: () => void;
  readonly #paths = new Map<string, MediaPath>();
  #tracks: LocalTracks;
  #reachable: boolean;
  #offerNumber = 0;
  #offeredAt = 0;
  /** The server will say no again: not before something has changed. */
  #refused = false;
  #phase: PathPhase = 'connecting';
  #everConnected = false;
  #failed = false;
  #stats: { readonly at: number; readonly report: Promise<RTCStatsReport> } | null = null;
  #closed = false;

  constructor(options: ServerConnectionOptions) {
    const { environment, configuration, streams, tracks, reachable, videoCodec, videoSources } = options;
    this.#options = options;
    this.#tracks = tracks;
    this.#reachable = reachable;
    // The server never restarts ICE: waiting for it would be in vain.
    this.#recovery = new Recovery(environment.now(), false);
    this.#recovery.handleReachable(environment.now(), reachable);
    this.#pc = environment.createPeerConnection(configuration);
    this.#sending = new Publisher(this.#pc, environment, streams, videoCodec);
    this.#sending.add(CALL_KINDS, tracks);
    if (tracks.screen !== null) this.#sending.add(SCREEN_KINDS, tracks);
    this.#receiving = new ReceiveSlots(this.#pc);
    this.#receiving.grow(videoSources);
    this.data = new ServerData(this.#pc, {
      onChat: (from, chat) => options.hooks.onChat(from, chat),
      onData: (from, key, data) => options.hooks.onData(from, key, data),
      onProblem: (key, text) => options.hooks.onDataProblem(key, text),
      onChange: () => options.hooks.onDataChange(),
    });
    this.#views = new ViewReporter(environment, (slots) => options.hooks.sendView(slots));
    this.#listen();
    this.#stopTicking = every(environment, TICK_MS, () => this.#tick());
    this.#offer();
  }

  get phase(): PathPhase {
    return this.#options.failedBefore && !this.#everConnected ? 'failed' : this.#phase;
  }

  /** What comes from a participant. @returns the same object each time */
  pathOf(participant: string): MediaPath {
    const known = this.#paths.get(participant);
    if (known !== undefined) return known;
    const path = new ServerPath(this, this.#receiving, participant);
    this.#paths.set(participant, path);
    return path;
  }

  handleLeft(participant: string): void {
    this.data.handleLeft(participant);
    this.#paths.delete(participant);
  }

  /** One report serves all that ask within a short time. */
  getStats(): Promise<RTCStatsReport> {
    const now = this.#options.environment.now();
    if (this.#stats === null || now - this.#stats.at >= STATS_VALID_MS)
      this.#stats = { at: now, report: this.#pc.getStats() };
    return this.#stats.report;
  }

  handleAnswer(sdp: string): void {
    void this.#steps.run(async () => {
      if (offerNumberOf(sdp) !== this.#offerNumber || onRemoteAnswer(this.#pc.signalingState) === 'ignore') return;
      await this.#pc.setRemoteDescription({ type: 'answer', sdp });
      await this.#sending.adjust();
      this.#changed();
    });
  }

  handleSlots(map: SlotMap): void {
    this.#receiving.handleMap(map);
    this.handleViewSizes();
    this.#changed();
  }

  /** The page shows something at another size than before. */
  handleViewSizes(): void {
    const { viewSizes } = this.#options;
    this.#views.update(
      Object.fromEntries(
        this.#receiving.pictures.flatMap(([mid, { participant, source }]) => {
          const size = viewSizes.sizeOf(participant, source);
          return size === null ? [] : [[mid, size] as const];
        }),
      ),
    );
  }

  /** Whether the page says that it shows nothing of it: then nothing comes. */
  isOutOfSight(participant: string, source: SourceKind): boolean {
    return this.#options.viewSizes.sizeOf(participant, source)?.width === 0;
  }

  handleLayers(layers: LayerMap): void {
    this.#sending.handleLayers(layers);
    void this.#steps.run(() => this.#sending.adjust());
  }

  handleRefused(): void {
    this.#refused = true;
  }

  /** @param count pictures that others send */
  setVideoSources(count: number): void {
    // More m-lines, sometimes; `negotiationneeded` offers them.
    this.#receiving.grow(count);
  }

  setTracks(tracks: LocalTracks): void {
    this.#tracks = tracks;
    void this.#steps.run(async () => {
      if (this.#tracks.screen !== null && !this.#closed) this.#sending.add(SCREEN_KINDS, this.#tracks);
      await this.#sending.apply(this.#tracks);
    });
  }

  setConfiguration(configuration: RTCConfiguration): void {
    try {
      this.#pc.setConfiguration(configuration);
      this.#recovery.handleNewServers(this.#options.environment.now());
    } catch {
      // The servers that were known when the connection was made stay in use.
    }
  }

  handleReachable(reachable: boolean): void {
    this.#reachable = reachable;
    this.#recovery.handleReachable(this.#options.environment.now(), reachable);
  }

  handleNetworkChange(): void {
    this.#recovery.handleHint(this.#options.environment.now());
  }

  /** Signaling forgot what was under way: offers again what has no answer. */
  negotiateAgain(): void {
    this.#offerAgain();
    this.#views.again();
    this.#recovery.handleHint(this.#options.environment.now());
  }

  close(): void {
    this.#closed = true;
    this.#stopTicking();
    this.#views.close();
    this.#steps.stop();
    this.#pc.onnegotiationneeded = null;
    this.#pc.onconnectionstatechange = this.#pc.oniceconnectionstatechange = null;
    this.data.close();
    this.#pc.close();
  }

  // ---------------------------------------------------------------- negotiation

  #offer(): void {
    void this.#steps.run(async () => {
      if (this.#pc.signalingState === 'stable') await this.#makeOffer();
    });
  }

  #offerAgain(): void {
    void this.#steps.run(async () => {
      if (this.#pc.signalingState === 'have-local-offer') await this.#makeOffer();
    });
  }

  async #makeOffer(): Promise<void> {
    await this.#pc.setLocalDescription();
    this.#offerNumber = this.#options.offerNumbers.next();
    this.#offeredAt = this.#options.environment.now();
    this.#refused = false;
    const description = this.#pc.localDescription;
    if (this.#closed || description?.type !== 'offer') return;
    const sdp = withOfferNumber(compactOffer(description.sdp), this.#offerNumber);
    this.#options.hooks.sendOffer(sdp, this.#sending.sources());
  }

  #restart(): void {
    void this.#steps.run(async () => {
      this.#pc.restartIce();
      // A standing offer would wait for its answer for ever; make it again. Otherwise `negotiationneeded` follows.
      if (this.#pc.signalingState === 'have-local-offer') await this.#makeOffer();
    });
  }

  // ---------------------------------------------------------------- time and events of the browser

  #tick(): void {
    const now = this.#options.environment.now();
    if (this.#recovery.poll(now)) this.#restart();
    else if (this.#reachable && !this.#refused && now - this.#offeredAt >= ANSWER_OVERDUE_MS) this.#offerAgain();
    this.#updatePhase();
  }

  #listen(): void {
    const pc = this.#pc;
    pc.onnegotiationneeded = () => this.#offer();
    pc.onconnectionstatechange = pc.oniceconnectionstatechange = () => {
      this.#recovery.handlePath(this.#options.environment.now(), pathStateOf(pc));
      this.#updatePhase();
    };
  }

  #updatePhase(): void {
    const phase = this.#recovery.phase(this.#options.environment.now());
    if (phase === this.#phase) return;
    this.#phase = phase;
    this.#everConnected ||= phase === 'connected';
    this.#changed();
    if (phase !== 'failed' || this.#failed || this.#closed) return;
    this.#failed = true;
    this.#options.hooks.onFailed();
  }

  #changed(): void {
    if (!this.#closed) this.#options.hooks.onChange();
  }
}

class ServerPath implements MediaPath {
  readonly kind = 'server';
  readonly #connection: ServerConnection;
  readonly #slots: ReceiveSlots;
  readonly #participant: string;

  constructor(connection: ServerConnection, slots: ReceiveSlots, participant: string) {
    this.#connection = connection;
    this.#slots = slots;
    this.#participant = participant;
  }

  get phase(): PathPhase {
    return this.#connection.phase;
  }

  get tracks(): Tracks {
    return this.#slots.tracksOf(this.#participant);
  }

  get microphoneReceiver(): RTCRtpReceiver | null {
    return this.#slots.receiverOf(this.#participant, 'microphone');
  }

  expects(source: SourceKind): boolean {
    if (mediaOf(source) === 'video' && this.#connection.isOutOfSight(this.#participant, source)) return false;
    return this.#slots.receiverOf(this.#participant, source) !== null || this.#slots.hasFree(mediaOf(source));
  }

  getStats(): Promise<RTCStatsReport> {
    return this.#connection.getStats();
  }
}
