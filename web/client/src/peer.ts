/**
 * The connection to one remote participant's instance: one RTCPeerConnection from beginning to end.
 *
 * Calling contract: the newcomer calls `begin`, the other side waits for `handleDescription`. `tick` is called twice a
 * second. Hooks may be called until `close`, never after it. After `retire` nothing but `close` is called: media and
 * chat flow on as long as they do.
 */
import type { MediaState } from './api.ts';
import { ChannelSet } from './channel-set.ts';
import type { ChannelSpec } from './channel-set.ts';
import { ChatChannel } from './chat-channel.ts';
import type { Payload } from './data-envelope.ts';
import type { Environment } from './environment.ts';
import { pathStateOf } from './media-path.ts';
import type { MediaPath, Tracks } from './media-path.ts';
import { StepQueue, offerNumberOf, onRemoteAnswer, onRemoteOffer, originOf, withOfferNumber } from './negotiation.ts';
import type { OfferNumbers } from './negotiation.ts';
import type { Candidate, PeerChat, Sources } from './protocol.ts';
import { Recovery } from './recovery.ts';
import type { PathPhase } from './recovery.ts';
import { CALL_KINDS, SCREEN_KINDS, Slots, mlinesOf, receivedTracks, sourcesOf } from './slots.ts';
import type { LocalTracks, SyncStreams } from './slots.ts';

export interface PeerHooks {
  sendDescription(type: 'offer' | 'answer', sdp: string, sources: Sources): void;
  sendCandidate(candidate: Candidate | null): void;
  /** Phase, tracks or the data channel changed. */
  onChange(): void;
  onChat(chat: PeerChat): void;
  onData(key: string, data: Payload): void;
  /** There is room to send again. */
  onDataChange(): void;
}

export interface PeerOptions {
  readonly environment: Environment;
  readonly configuration: RTCConfiguration;
  readonly polite: boolean;
  readonly offerNumbers: OfferNumbers;
  readonly tracks: LocalTracks;
  readonly streams: SyncStreams;
  readonly peers: number;
  readonly hooks: PeerHooks;
}

/** A waiting side that hears nothing for so long makes the offer itself; a collision is harmless. */
const OFFER_OVERDUE_MS = 5_000;
/** An offer without an answer for so long is made again: its answer may have been lost with somebody's session. */
const ANSWER_OVERDUE_MS = 8_000;
const MAX_EARLY_CANDIDATES = 128;

export class Peer implements MediaPath {
  readonly kind = 'direct';
  readonly #options: PeerOptions;
  readonly #pc: RTCPeerConnection;
  readonly #slots: Slots;
  readonly #chat: ChatChannel;
  readonly #channels: ChannelSet;
  readonly #recovery: Recovery;
  readonly #steps: StepQueue;
  readonly #createdAt: number;
  #tracks: LocalTracks;
  #peers: number;
  /** Negotiation has begun, by our offer or theirs. */
  #begun = false;
  /** Of our last offer, so that a late answer to an earlier one is told apart. */
  #offerNumber = 0;
  #offeredAt = 0;
  /** Names their PeerConnection; null until the first description. */
  #remoteOrigin: string | null = null;
  #remoteSources: Sources = {};
  #earlyCandidates: Candidate[] = [];
  #phase: PathPhase = 'connecting';
  #closed = false;

  constructor(options: PeerOptions) {
    const { environment, configuration, polite } = options;
    this.#options = options;
    this.#tracks = options.tracks;
    this.#peers = options.peers;
    this.#createdAt = environment.now();
    this.#recovery = new Recovery(this.#createdAt, polite);
    // A step that fails leaves the path down, and recovery begins it again.
    this.#steps = new StepQueue(() => undefined);
    this.#pc = environment.createPeerConnection(configuration);
    this.#slots = new Slots(this.#pc, options.streams, 'sendrecv');
    this.#chat = new ChatChannel(this.#pc, options.hooks.onChat, options.hooks.onChange);
    this.#channels = new ChannelSet(this.#pc, {
      onMessage: (key, data) => options.hooks.onData(key, typeof data === 'string' ? data : new Uint8Array(data)),
      onDrained: () => options.hooks.onDataChange(),
    });
    this.#listen();
  }

  /** What a person sees: `new` until the first description. */
  get phase(): PathPhase | 'new' {
    return this.#begun ? this.#phase : 'new';
  }

  /** @returns whether it arrives now; over a broken path it arrives when the path heals, if ever */
  sendChat(chat: PeerChat): boolean {
    return this.#chat.send(chat) && this.#phase === 'connected';
  }

  /** Whether data that is sent now arrives. */
  get carriesData(): boolean {
    return this.#chat.isOpen && this.#phase === 'connected';
  }

  /** @returns whether it was taken */
  sendData(spec: ChannelSpec, data: Payload): boolean {
    return this.carriesData && this.#channels.send(spec, data);
  }

  bufferedData(spec: ChannelSpec): number {
    return this.#channels.buffered(spec);
  }

  getStats(): Promise<RTCStatsReport> {
    return this.#pc.getStats();
  }

  get tracks(): Tracks {
    return receivedTracks(this.#pc, this.#remoteSources);
  }

  expects(): boolean {
    return true;
  }

  get microphoneReceiver(): RTCRtpReceiver | null {
    const track = this.tracks.get('microphone');
    return this.#pc.getReceivers().find((each) => each.track === track) ?? null;
  }

  /** Makes the first offer. @param remote what the other side sends: if a screen, its m-lines are offered at once */
  begin(remote: MediaState): void {
    if (this.#begun) return;
    this.#begun = true;
    this.#slots.add(CALL_KINDS, this.#tracks);
    if (remote.screen || this.#tracks.screen !== null) this.#slots.add(SCREEN_KINDS, this.#tracks);
    this.#offer();
    this.#limit();
    this.#options.hooks.onChange();
  }

  /**
   * @returns false when it is of another PeerConnection of theirs than before: with that one only a new one of ours can
   * be connected
   */
  handleDescription(type: 'offer' | 'answer', sdp: string, named: Sources): boolean {
    if (type === 'answer' && !this.#isLatest(sdp)) return true;
    const origin = originOf(sdp);
    if (this.#remoteOrigin !== null && origin !== this.#remoteOrigin) return false;
    this.#remoteOrigin = origin;
    const sources = sourcesOf(named, mlinesOf(sdp));
    if (type === 'offer') {
      this.#begun = true;
      this.#recovery.handleRemoteOffer(this.#options.environment.now());
    }
    void this.#steps.run(() => (type === 'offer' ? this.#handleOffer(sdp, sources) : this.#handleAnswer(sdp, sources)));
    return true;
  }

  handleCandidate(candidate: Candidate | null): void {
    // The end of candidates only lets ICE give up sooner, and browsers disagree on how to be told.
    if (candidate === null || candidate.candidate === '') return;
    void this.#steps.run(async () => {
      if (this.#pc.remoteDescription === null) {
        if (this.#earlyCandidates.length < MAX_EARLY_CANDIDATES) this.#earlyCandidates.push(candidate);
      } else {
        await this.#addCandidate(candidate);
      }
    });
  }

  setTracks(tracks: LocalTracks, peers: number): void {
    this.#tracks = tracks;
    this.#peers = peers;
    if (!this.#begun) return;
    // Two more m-lines, once; `negotiationneeded` offers them.
    void this.#steps.run(async () => {
      if (this.#tracks.screen !== null && this.#pc.signalingState !== 'closed')
        this.#slots.add(SCREEN_KINDS, this.#tracks);
      await this.#slots.apply(this.#tracks);
    });
    this.#limit();
  }

  setConfiguration(configuration: RTCConfiguration): void {
    try {
      this.#pc.setConfiguration(configuration);
      this.#recovery.handleNewServers(this.#options.environment.now());
    } catch {
      // The servers that were known when the connection was made stay in use.
    }
  }

  /** @param reachable whether both sides are connected to the server */
  handleReachable(reachable: boolean): void {
    this.#recovery.handleReachable(this.#options.environment.now(), reachable);
  }

  handleNetworkChange(): void {
    this.#recovery.handleHint(this.#options.environment.now());
  }

  /** The server forgot what was under way: offers again what has no answer. */
  negotiateAgain(): void {
    if (!this.#begun) return;
    this.#offerAgain();
    this.#recovery.handleHint(this.#options.environment.now());
  }

  /** @param remote as in `begin` @param reachable as in `handleReachable` */
  tick(remote: MediaState, reachable: boolean): void {
    const now = this.#options.environment.now();
    if (!this.#begun) {
      if (reachable && now - this.#createdAt >= OFFER_OVERDUE_MS) this.begin(remote);
    } else if (this.#recovery.poll(now)) {
      this.#restart();
    } else if (reachable && now - this.#offeredAt >= ANSWER_OVERDUE_MS) {
      this.#offerAgain();
    }
    this.#updatePhase();
  }

  /** Negotiates no more: whoever is at the other end may be making a new connection already. */
  retire(): void {
    this.#steps.stop();
    this.#pc.onicecandidate = this.#pc.onnegotiationneeded = null;
  }

  close(): void {
    this.#closed = true;
    this.retire();
    this.#pc.onconnectionstatechange = this.#pc.oniceconnectionstatechange = null;
    this.#chat.close();
    this.#channels.close();
    this.#pc.close();
  }

  // ---------------------------------------------------------------- negotiation

  #offer(): void {
    void this.#steps.run(async () => {
      if (this.#pc.signalingState === 'stable') await this.#makeOffer();
    });
  }

  #offerAgain(): void {
    if (this.#pc.signalingState !== 'have-local-offer') return;
    void this.#steps.run(async () => {
      if (this.#pc.signalingState === 'have-local-offer') await this.#makeOffer();
    });
  }

  async #makeOffer(): Promise<void> {
    await this.#pc.setLocalDescription();
    this.#offerNumber = this.#options.offerNumbers.next();
    this.#offeredAt = this.#options.environment.now();
    this.#sendLocalDescription('offer', this.#offerNumber);
  }

  #sendLocalDescription(type: 'offer' | 'answer', number: number | null): void {
    const description = this.#pc.localDescription;
    if (this.#closed || description?.type !== type) return;
    this.#options.hooks.sendDescription(type, withOfferNumber(description.sdp, number), this.#slots.sources());
  }

  async #handleOffer(sdp: string, sources: Sources): Promise<void> {
    const pc = this.#pc;
    if (onRemoteOffer(this.#options.polite, pc.signalingState) === 'ignore') return;
    await pc.setRemoteDescription({ type: 'offer', sdp });
    this.#slots.adopt(sources);
    this.#takeRemote(sources);
    // In the same breath: the browser queues these in order, and the answer must not wait for a round trip.
    const applied = this.#slots.apply(this.#tracks);
    await pc.setLocalDescription();
    this.#sendLocalDescription('answer', offerNumberOf(sdp));
    await applied;
    await this.#addEarlyCandidates();
    // A screen shared meanwhile that their offer had no m-line for.
    if (this.#tracks.screen !== null) this.#slots.add(SCREEN_KINDS, this.#tracks);
    this.#limit();
  }

  async #handleAnswer(sdp: string, sources: Sources): Promise<void> {
    if (!this.#isLatest(sdp) || onRemoteAnswer(this.#pc.signalingState) === 'ignore') return;
    await this.#pc.setRemoteDescription({ type: 'answer', sdp });
    this.#takeRemote(sources);
    await this.#addEarlyCandidates();
    this.#limit();
  }

  /** Whether an answer is to our last offer. */
  #isLatest(answer: string): boolean {
    return (offerNumberOf(answer) ?? this.#offerNumber) === this.#offerNumber;
  }

  #takeRemote(sources: Sources): void {
    this.#remoteSources = sources;
    this.#options.hooks.onChange();
  }

  async #addEarlyCandidates(): Promise<void> {
    const candidates = this.#earlyCandidates;
    this.#earlyCandidates = [];
    for (const candidate of candidates) await this.#addCandidate(candidate);
  }

  async #addCandidate(candidate: Candidate): Promise<void> {
    try {
      await this.#pc.addIceCandidate(candidate);
    } catch {
      // One of an offer that was ignored, of an earlier ICE generation, or of a transport that this browser lacks.
    }
  }

  #restart(): void {
    void this.#steps.run(async () => {
      this.#pc.restartIce();
      // A standing offer would wait for its answer for ever; make it again. Otherwise `negotiationneeded` follows.
      if (this.#pc.signalingState === 'have-local-offer') await this.#makeOffer();
    });
  }

  #limit(): void {
    void this.#steps.run(() => this.#slots.limit(this.#peers));
  }

  // ---------------------------------------------------------------- events of the browser

  #listen(): void {
    const pc = this.#pc;
    pc.onnegotiationneeded = () => {
      if (this.#begun) this.#offer();
    };
    pc.onicecandidate = ({ candidate }) => {
      // Firefox also gathers for RTCP, which is always multiplexed here.
      if (candidate?.component === 'rtcp') return;
      this.#options.hooks.sendCandidate(candidate === null ? null : plainCandidate(candidate));
    };
    pc.onconnectionstatechange = pc.oniceconnectionstatechange = () => {
      this.#recovery.handlePath(this.#options.environment.now(), pathStateOf(pc));
      this.#updatePhase();
    };
  }

  #updatePhase(): void {
    const phase = this.#recovery.phase(this.#options.environment.now());
    if (phase === this.#phase) return;
    this.#phase = phase;
    this.#options.hooks.onChange();
  }
}

function plainCandidate({ candidate, sdpMid, sdpMLineIndex, usernameFragment }: RTCIceCandidate): Candidate {
  return { candidate, sdpMid, sdpMLineIndex, usernameFragment };
}
