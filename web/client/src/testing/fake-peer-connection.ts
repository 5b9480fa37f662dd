/**
 * As much of RTCPeerConnection as decides who negotiates what: the signaling states with implicit rollback, transceivers
 * and their m-lines (RFC 9429, 5.10: an offer makes new transceivers unless one has its mid already), ICE generations
 * and candidates. Media is what the other end's transceiver of the same mid sends.
 */
import { FakeDataChannel, kindOf } from './fake-data-channel.ts';
import type { FakeData } from './fake-data-channel.ts';
import type { Encoding } from '../layers.ts';
import { FakeTrack } from './fake-media.ts';
import type { FakeNetwork, NetworkEnd } from './fake-network.ts';

export interface Mline {
  readonly mid: string;
  readonly media: string;
}

/** Handshake, and then the first key frame. */
const FIRST_PACKET_MS = 30;

export class FakeTransceiver {
  mid: string | null = null;
  direction: RTCRtpTransceiverDirection;
  stopped = false;
  readonly media: 'audio' | 'video';
  readonly sender: FakeSender;
  readonly receiver: { readonly track: FakeTrack; getSynchronizationSources(): readonly RTCRtpSynchronizationSource[] };

  codecs: readonly string[] = [];

  constructor(
    media: 'audio' | 'video',
    direction: RTCRtpTransceiverDirection,
    arrives: (mid: string) => boolean,
    encodings: readonly Encoding[] = [{}],
  ) {
    this.media = media;
    this.direction = direction;
    this.sender = new FakeSender(encodings);
    const track = new FakeTrack(media);
    Object.defineProperty(track, 'muted', { get: () => this.mid === null || !arrives(this.mid) });
    this.receiver = { track, getSynchronizationSources: () => [] };
  }

  setCodecPreferences(codecs: readonly RTCRtpCodec[]): void {
    this.codecs = codecs.map(({ mimeType }) => mimeType);
  }

  stop(): void {
    this.stopped = true;
  }
}

/** Parameters are a transaction: what is set must be what was read last, and nothing may have come between. */
class FakeSender {
  track: MediaStreamTrack | null = null;
  parameters: { encodings: Encoding[] };
  /** How often somebody else is quicker. */
  races = 0;
  #transaction = 0;

  constructor(encodings: readonly Encoding[]) {
    this.parameters = { encodings: encodings.map((each) => ({ active: true, ...each })) };
  }

  replaceTrack(track: MediaStreamTrack | null): Promise<void> {
    this.track = track;
    return Promise.resolve();
  }

  setStreams(): void {
    // Only names in descriptions.
  }

  /** The encodings that are made, by name, or by mode, or just `one`. */
  get active(): readonly string[] {
    return this.parameters.encodings
      .filter(({ active }) => active !== false)
      .map(({ rid, scalabilityMode }) => rid ?? scalabilityMode ?? 'one');
  }

  getParameters(): { transactionId: string; encodings: Encoding[] } {
    return { ...structuredClone(this.parameters), transactionId: String(this.#transaction) };
  }

  async setParameters(parameters: { transactionId?: string; encodings: Encoding[] }): Promise<void> {
    if (this.races > 0) {
      this.races--;
      this.#transaction++;
    }
    if (parameters.transactionId !== String(this.#transaction)) throw new Error('InvalidStateError');
    const names = (encodings: readonly Encoding[]): string => encodings.map(({ rid }) => rid).join();
    if (names(parameters.encodings) !== names(this.parameters.encodings)) throw new Error('InvalidModificationError');
    this.#transaction++;
    this.parameters = { encodings: structuredClone(parameters.encodings) };
    await Promise.resolve();
  }
}

export class FakePeerConnection implements NetworkEnd {
  signalingState: RTCSignalingState = 'stable';
  connectionState: RTCPeerConnectionState = 'new';
  iceConnectionState: RTCIceConnectionState = 'new';
  localDescription: { readonly type: 'offer' | 'answer'; readonly sdp: string } | null = null;
  remoteDescription: { readonly type: 'offer' | 'answer'; readonly sdp: string } | null = null;
  configuration: RTCConfiguration;
  readonly channels: FakeDataChannel[] = [];
  ondatachannel: ((event: { readonly channel: FakeDataChannel }) => void) | null = null;
  readonly ufragBase: string;
  /** Offers made, for tests that want none. */
  offers = 0;
  restarts = 0;
  hasRemoteCandidates = false;
  /** Scalability modes that this browser does not know. */
  refusedModes: readonly string[] = [];
  onnegotiationneeded: (() => void) | null = null;
  onicecandidate: ((event: { readonly candidate: unknown }) => void) | null = null;
  onconnectionstatechange: (() => void) | null = null;
  oniceconnectionstatechange: (() => void) | null = null;
  readonly #network: FakeNetwork;
  readonly #transceivers: FakeTransceiver[] = [];
  #remoteOrigin = '';
  #connectedAt = 0;
  #generation = 1;
  #gathered = 0;
  #restartWanted = false;
  #nextMid = 0;
  #mlines: Mline[] = [];
  /** To go back to when our own offer gives way. */
  #stable: { mlines: Mline[]; generation: number; mids: Map<FakeTransceiver, string | null> } | null = null;

  constructor(network: FakeNetwork, configuration: RTCConfiguration) {
    this.#network = network;
    this.configuration = configuration;
    this.ufragBase = network.register(this);
  }

  get localUfrag(): string {
    return `${this.ufragBase}.${String(this.#generation)}`;
  }

  get remoteUfrag(): string {
    return /^a=ice-ufrag:(\S+)/m.exec(this.remoteDescription?.sdp ?? '')?.[1] ?? '';
  }

  addTransceiver(trackOrKind: MediaStreamTrack | 'audio' | 'video', init: RTCRtpTransceiverInit): FakeTransceiver {
    const media = typeof trackOrKind === 'string' ? trackOrKind : (trackOrKind.kind as 'audio' | 'video');
    if (
      init.sendEncodings?.some(({ scalabilityMode }: Encoding) =>
        this.refusedModes.includes(scalabilityMode ?? 'none'),
      ) === true
    )
      throw new Error('OperationError');
    const transceiver = this.#newTransceiver(media, init.direction ?? 'sendrecv', init.sendEncodings);
    if (typeof trackOrKind !== 'string') transceiver.sender.track = trackOrKind;
    this.#transceivers.push(transceiver);
    this.#checkNegotiation();
    return transceiver;
  }

  createDataChannel(label: string, init?: RTCDataChannelInit): FakeDataChannel {
    const channel = new FakeDataChannel(label, init);
    this.channels.push(channel);
    this.#checkNegotiation();
    if (this.connectionState === 'connected')
      this.#network.clock.setTimer(() => this.#open(channel), this.#network.dataMs);
    return channel;
  }

  /** Data arrives on a channel of that kind: an open one, or one that the other side opens for it. */
  receiveData(like: FakeDataChannel, data: FakeData): void {
    if (this.signalingState === 'closed') return;
    const known = this.channels.find((each) => each.readyState === 'open' && kindOf(each) === kindOf(like));
    (known ?? this.#announce(like)).receive(data);
  }

  #announce({ label, protocol, ordered, maxRetransmits, maxPacketLifeTime }: FakeDataChannel): FakeDataChannel {
    const channel = new FakeDataChannel(label, {
      protocol,
      ordered,
      ...(maxRetransmits === null ? {} : { maxRetransmits }),
      ...(maxPacketLifeTime === null ? {} : { maxPacketLifeTime }),
    });
    this.channels.push(channel);
    this.#open(channel);
    this.ondatachannel?.({ channel });
    return channel;
  }

  #open(channel: FakeDataChannel): void {
    if (this.signalingState === 'closed') return;
    channel.deliver = (data) => {
      this.#network.clock.setTimer(() => {
        this.#network.reachedBy(this)?.receiveData(channel, data);
      }, this.#network.dataMs);
    };
    channel.open();
  }

  getTransceivers(): readonly FakeTransceiver[] {
    return this.#transceivers.filter((each) => !each.stopped);
  }

  getReceivers(): readonly unknown[] {
    return this.getTransceivers().map((each) => each.receiver);
  }

  getStats(): Promise<Map<string, unknown>> {
    return Promise.resolve(new Map());
  }

  setConfiguration(configuration: RTCConfiguration): void {
    this.configuration = configuration;
  }

  restartIce(): void {
    this.restarts++;
    this.#restartWanted = true;
    this.#checkNegotiation();
  }

  async setLocalDescription(): Promise<void> {
    await Promise.resolve();
    this.#mustBeOpen();
    if (this.signalingState === 'have-remote-offer') {
      this.localDescription = { type: 'answer', sdp: this.#sdp() };
      this.signalingState = 'stable';
    } else {
      this.offers++;
      this.#stable ??= {
        mlines: this.#mlines,
        generation: this.#generation,
        mids: new Map(this.#transceivers.map((each) => [each, each.mid])),
      };
      if (this.#restartWanted) this.#generation++;
      this.#restartWanted = false;
      this.#mlines = [...this.#mlines, ...this.#newMlines()];
      this.localDescription = { type: 'offer', sdp: this.#sdp() };
      this.signalingState = 'have-local-offer';
    }
    this.#gather();
    this.#network.check(this);
    this.#checkNegotiation();
  }

  async setRemoteDescription({
    type,
    sdp,
  }: {
    readonly type: 'offer' | 'answer';
    readonly sdp: string;
  }): Promise<void> {
    await Promise.resolve();
    this.#mustBeOpen();
    const before = this.remoteUfrag;
    const origin = /^o=.*$/m.exec(sdp)?.[0] ?? '';
    // Another PeerConnection has another certificate, and DTLS runs already.
    if (this.#remoteOrigin !== '' && origin !== this.#remoteOrigin) throw new Error('InvalidAccessError');
    this.#remoteOrigin = origin;
    if (type === 'offer') {
      if (this.signalingState === 'have-local-offer') this.#rollback();
      this.remoteDescription = { type, sdp };
      // A new generation of theirs is answered with one of ours.
      if (before !== '' && before !== this.remoteUfrag) this.#generation++;
      this.#mlines = mlines(sdp);
      for (const { mid, media } of this.#mlines) this.#associate(mid, media);
      this.signalingState = 'have-remote-offer';
    } else {
      if (this.signalingState !== 'have-local-offer') throw new Error('InvalidStateError');
      if (mlines(sdp).length !== this.#mlines.length) throw new Error('The answer has other m-lines than the offer');
      this.remoteDescription = { type, sdp };
      this.#stable = null;
      this.signalingState = 'stable';
    }
    // An ICE-lite server names its addresses in the answer.
    if (before !== this.remoteUfrag) this.hasRemoteCandidates = sdp.includes('a=candidate:');
    this.#network.check(this);
    this.#checkNegotiation();
  }

  async addIceCandidate(candidate: RTCIceCandidateInit): Promise<void> {
    await Promise.resolve();
    this.#mustBeOpen();
    if (this.remoteDescription === null || candidate.usernameFragment !== this.remoteUfrag)
      throw new Error('OperationError');
    this.hasRemoteCandidates = true;
    this.#network.check(this);
  }

  close(): void {
    this.signalingState = 'closed';
    this.#network.remove(this);
    for (const { receiver } of this.#transceivers) receiver.track.stop();
  }

  setPath(state: 'connected' | 'disconnected' | 'failed'): void {
    if (this.signalingState === 'closed') return;
    if (state === 'connected' && this.connectionState !== 'connected') this.#connectedAt = this.#network.clock.now;
    this.connectionState = this.iceConnectionState = state;
    if (state === 'connected') for (const channel of this.channels) this.#open(channel);
    this.onconnectionstatechange?.();
  }

  get sends(): ReadonlyMap<string, string> {
    return new Map(
      this.getTransceivers().flatMap(({ mid, sender, direction }) =>
        mid === null || sender.track === null || !direction.startsWith('send') ? [] : [[mid, sender.track.label]],
      ),
    );
  }

  /** What arrives here: labels of the other end's tracks by mid. */
  get received(): ReadonlyMap<string, string> {
    const connected =
      this.connectionState === 'connected' && this.#network.clock.now - this.#connectedAt >= FIRST_PACKET_MS;
    return (connected ? this.#network.otherEnd(this)?.sends : undefined) ?? new Map<string, string>();
  }

  /** The label of what a remote track shows. */
  labelOf(track: unknown): string | undefined {
    const mid = this.#transceivers.find((each) => each.receiver.track === track)?.mid;
    return mid == null ? undefined : this.received.get(mid);
  }

  #mustBeOpen(): void {
    if (this.signalingState === 'closed') throw new Error('InvalidStateError');
  }

  #newMlines(): Mline[] {
    const fresh: Mline[] = [];
    for (const transceiver of this.getTransceivers()) {
      if (transceiver.mid !== null) continue;
      transceiver.mid = this.#freeMid(fresh);
      fresh.push({ mid: transceiver.mid, media: transceiver.media });
    }
    if (this.channels.length > 0 && !this.#mlines.some((each) => each.media === 'application'))
      fresh.push({ mid: this.#freeMid(fresh), media: 'application' });
    return fresh;
  }

  #freeMid(fresh: readonly Mline[]): string {
    const taken = [...this.#mlines, ...fresh].map((each) => each.mid);
    while (taken.includes(String(this.#nextMid))) this.#nextMid++;
    return String(this.#nextMid);
  }

  #associate(mid: string, media: string): void {
    if (media === 'application' || this.getTransceivers().some((each) => each.mid === mid)) return;
    const transceiver = this.#newTransceiver(media as 'audio' | 'video', 'recvonly');
    transceiver.mid = mid;
    this.#transceivers.push(transceiver);
  }

  #newTransceiver(
    media: 'audio' | 'video',
    direction: RTCRtpTransceiverDirection,
    encodings?: readonly Encoding[],
  ): FakeTransceiver {
    return new FakeTransceiver(media, direction, (mid) => this.received.has(mid), encodings);
  }

  #rollback(): void {
    if (this.#stable === null) return;
    this.#mlines = this.#stable.mlines;
    this.#generation = this.#stable.generation;
    for (const transceiver of this.#transceivers) transceiver.mid = this.#stable.mids.get(transceiver) ?? null;
    this.#stable = null;
    this.signalingState = 'stable';
  }

  #sdp(): string {
    const head = ['v=0', `o=- ${this.ufragBase} 1 IN IP4 127.0.0.1`, `a=ice-ufrag:${this.localUfrag}`];
    const sections = this.#mlines.flatMap(({ mid, media }) => [`m=${media} 9 FAKE 0`, `a=mid:${mid}`]);
    return [...head, ...sections, ''].join('\r\n');
  }

  #gather(): void {
    if (this.#gathered === this.#generation) return;
    this.#gathered = this.#generation;
    const usernameFragment = this.localUfrag;
    const candidate = {
      candidate: 'candidate:1 1 udp',
      sdpMid: '0',
      sdpMLineIndex: 0,
      usernameFragment,
      component: 'rtp',
    };
    this.#network.clock.setTimer(() => this.onicecandidate?.({ candidate }), 1);
    this.#network.clock.setTimer(() => this.onicecandidate?.({ candidate: { ...candidate, component: 'rtcp' } }), 2);
    this.#network.clock.setTimer(() => this.onicecandidate?.({ candidate: { ...candidate, candidate: '' } }), 3);
    this.#network.clock.setTimer(() => this.onicecandidate?.({ candidate: null }), 4);
  }

  #checkNegotiation(): void {
    this.#network.clock.setTimer(() => {
      if (this.signalingState === 'stable' && this.#needsNegotiation()) this.onnegotiationneeded?.();
    }, 0);
  }

  #needsNegotiation(): boolean {
    const noMline = this.getTransceivers().some((each) => each.mid === null);
    const noChannel = this.channels.length > 0 && !this.#mlines.some((each) => each.media === 'application');
    return noMline || noChannel || this.#restartWanted;
  }
}

export function mlines(sdp: string): Mline[] {
  return [...sdp.matchAll(/^m=(\w+)[^\n]*\na=mid:(\S+)/gm)].flatMap(([, media, mid]) =>
    media === undefined || mid === undefined ? [] : [{ media, mid }],
  );
}
