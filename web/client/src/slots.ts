/**
 * The m-lines of one connection that this side sends in: one transceiver per kind of source, so that muting, switching
 * devices and sharing again are `replaceTrack` and negotiate nothing. With a peer they go both ways.
 */
import type { SourceKind } from './api.ts';
import type { Sources } from './protocol.ts';
import { limitSender, videoLimits } from './sending.ts';

/** The tracks to send; null sends nothing. */
export type LocalTracks = Readonly<Record<SourceKind, MediaStreamTrack | null>>;

export const NO_TRACKS: LocalTracks = { microphone: null, camera: null, screen: null, 'screen-audio': null };

export const CALL_KINDS: readonly SourceKind[] = ['microphone', 'camera'];
export const SCREEN_KINDS: readonly SourceKind[] = ['screen', 'screen-audio'];

/**
 * Names in the descriptions only: the receiving browser plays in step what shares a stream, so microphone and camera
 * share one, and the screen and its audio another.
 */
export interface SyncStreams {
  readonly call: MediaStream;
  readonly screen: MediaStream;
}

/** Makes the transceiver of a source. */
export type OpenTransceiver = (
  kind: SourceKind,
  track: MediaStreamTrack | 'audio' | 'video',
  init: RTCRtpTransceiverInit,
) => RTCRtpTransceiver;

export class Slots {
  readonly #pc: RTCPeerConnection;
  readonly #streams: SyncStreams;
  readonly #direction: 'sendrecv' | 'sendonly';
  readonly #open: OpenTransceiver;
  readonly #sending = new Map<SourceKind, RTCRtpTransceiver>();

  constructor(
    pc: RTCPeerConnection,
    streams: SyncStreams,
    direction: 'sendrecv' | 'sendonly',
    open: OpenTransceiver = (_, track, init) => pc.addTransceiver(track, init),
  ) {
    this.#pc = pc;
    this.#streams = streams;
    this.#direction = direction;
    this.#open = open;
  }

  get(kind: SourceKind): RTCRtpTransceiver | undefined {
    return this.#sending.get(kind);
  }

  has(kind: SourceKind): boolean {
    return this.#sending.has(kind);
  }

  /** Adds m-lines to the next offer. */
  add(kinds: readonly SourceKind[], tracks: LocalTracks): void {
    for (const kind of kinds) {
      if (this.#sending.has(kind)) continue;
      const transceiver = this.#open(kind, tracks[kind] ?? mediaOf(kind), {
        direction: this.#direction,
        streams: [this.#streamOf(kind)],
      });
      this.#sending.set(kind, transceiver);
    }
  }

  /**
   * After a remote offer was applied: answers both ways on the m-lines it brought, so that no kind gets a second one.
   * A transceiver of ours that a rollback left without an m-line gives way to theirs.
   */
  adopt(kinds: Sources): void {
    for (const transceiver of this.#pc.getTransceivers()) {
      const kind = transceiver.mid === null ? undefined : kinds[transceiver.mid];
      if (kind === undefined || transceiver.receiver.track.kind !== mediaOf(kind)) continue;
      const own = this.#sending.get(kind);
      if (own === transceiver) continue;
      if (own !== undefined) {
        if (own.mid !== null) continue;
        own.stop();
      }
      this.#sending.set(kind, transceiver);
      transceiver.direction = this.#direction;
      // Missing in older Firefox: sound and picture may drift apart a little there.
      transceiver.sender.setStreams?.(this.#streamOf(kind));
    }
  }

  /** Puts the tracks onto their m-lines; kinds without one are skipped. */
  async apply(tracks: LocalTracks): Promise<void> {
    await Promise.all(
      [...this.#sending].map(async ([kind, { sender }]) => {
        if (sender.track !== tracks[kind]) await sender.replaceTrack(tracks[kind]);
      }),
    );
  }

  /** @param peers how many receive what is sent */
  async limit(peers: number): Promise<void> {
    for (const kind of ['camera', 'screen'] as const) {
      const sender = this.#sending.get(kind)?.sender;
      if (sender === undefined || sender.track === null) continue;
      await limitSender(sender, videoLimits(kind, peers, sender.track.getSettings().height ?? null));
    }
  }

  /** What we send on each m-line, for the description just made. */
  sources(): Sources {
    return Object.fromEntries([...this.#sending].flatMap(([kind, { mid }]) => (mid === null ? [] : [[mid, kind]])));
  }

  #streamOf(kind: SourceKind): MediaStream {
    return CALL_KINDS.includes(kind) ? this.#streams.call : this.#streams.screen;
  }
}

/** The receivers' tracks by what the sender says they carry. */
export function receivedTracks(pc: RTCPeerConnection, kinds: Sources): ReadonlyMap<SourceKind, MediaStreamTrack> {
  const tracks = new Map<SourceKind, MediaStreamTrack>();
  for (const { mid, receiver } of pc.getTransceivers()) {
    const kind = mid === null ? undefined : kinds[mid];
    if (kind !== undefined && receiver.track.kind === mediaOf(kind)) tracks.set(kind, receiver.track);
  }
  return tracks;
}

/**
 * What a description carries: what its sender says, else by order: first audio the microphone, first video the camera,
 * second video the screen.
 */
export function sourcesOf(
  named: Sources,
  mlines: readonly { readonly mid: string; readonly media: string }[],
): Sources {
  if (Object.keys(named).length > 0) return named;
  const order: Record<string, SourceKind[]> = { audio: ['microphone', 'screen-audio'], video: ['camera', 'screen'] };
  const guessed: Record<string, SourceKind> = {};
  for (const { mid, media } of mlines) {
    const kind = order[media]?.shift();
    if (kind !== undefined) guessed[mid] = kind;
  }
  return guessed;
}

/** The m-lines of a description with their mid, in order. */
export function mlinesOf(sdp: string): readonly { readonly mid: string; readonly media: string }[] {
  return sdp
    .split(/^m=/m)
    .slice(1)
    .flatMap((section) => {
      const media = /^\w+/.exec(section)?.[0];
      const mid = /^a=mid:(\S+)/m.exec(section)?.[1];
      return media === undefined || mid === undefined ? [] : [{ media, mid }];
    });
}

export function mediaOf(kind: SourceKind): 'audio' | 'video' {
  return kind === 'microphone' || kind === 'screen-audio' ? 'audio' : 'video';
}
