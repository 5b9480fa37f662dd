/**
 * What this side sends to the server: the m-lines of its sources, their video in layers of which only those are made that
 * somebody wants.
 *
 * Calling contract: the owner runs what returns a promise one after the other.
 */
import type { SourceKind, VideoCodec } from './api.ts';
import type { Environment } from './environment.ts';
import { encodingsFor, firstEncodings } from './layers.ts';
import type { Encoding, Picture, VideoSource } from './layers.ts';
import type { LayerMap, Sources } from './protocol.ts';
import { Slots } from './slots.ts';
import type { LocalTracks, SyncStreams } from './slots.ts';
import { shallowEqual } from './store.ts';

/** What every browser can send, and all of them in layers. */
const USUAL: VideoCodec = 'vp8';
const VIDEO: readonly VideoSource[] = ['camera', 'screen'];

export class Publisher {
  readonly #pc: RTCPeerConnection;
  readonly #slots: Slots;
  readonly #codec: VideoCodec;
  /** All that is offered for video, since the server has an order of its own; null: whatever the browser knows. */
  readonly #preferences: readonly RTCRtpCodec[] | null;
  #wanted: LayerMap = {};

  /** @param codec in which to send video, if this browser can; null: the usual one */
  constructor(
    pc: RTCPeerConnection,
    environment: Pick<Environment, 'videoCodecs'>,
    streams: SyncStreams,
    codec: VideoCodec | null,
  ) {
    this.#pc = pc;
    const known = codec === null ? [] : environment.videoCodecs();
    const isChosen = ({ mimeType }: RTCRtpCodec): boolean => mimeType.toLowerCase() === `video/${codec ?? ''}`;
    const chosen = known.filter(isChosen);
    this.#codec = chosen.length > 0 && codec !== null ? codec : USUAL;
    const retransmissions = known.filter(({ mimeType }) => mimeType.toLowerCase() === 'video/rtx');
    this.#preferences = chosen.length > 0 ? [...chosen, ...retransmissions] : null;
    this.#slots = new Slots(pc, streams, 'sendonly', (kind, track, init) => this.#open(kind, track, init));
  }

  /** Adds m-lines to the next offer. */
  add(kinds: readonly SourceKind[], tracks: LocalTracks): void {
    this.#slots.add(kinds, tracks);
  }

  /** @param wanted complete, as the server says it */
  handleLayers(wanted: LayerMap): void {
    this.#wanted = wanted;
  }

  /** Puts the tracks onto their m-lines, and lets each picture be made as it is wanted. */
  async apply(tracks: LocalTracks): Promise<void> {
    await this.#slots.apply(tracks);
    await this.adjust();
  }

  /** Lets each picture be made as it is wanted. */
  async adjust(): Promise<void> {
    for (const source of VIDEO) {
      const transceiver = this.#slots.get(source);
      if (transceiver === undefined) continue;
      const { mid, sender } = transceiver;
      const wanted = (mid === null ? undefined : this.#wanted[mid]) ?? null;
      await adjustSender(sender, (encodings) => encodingsFor(encodings, this.#picture(source, sender.track), wanted));
    }
  }

  sources(): Sources {
    return this.#slots.sources();
  }

  #open(kind: SourceKind, track: MediaStreamTrack | 'audio' | 'video', init: RTCRtpTransceiverInit): RTCRtpTransceiver {
    if (kind !== 'camera' && kind !== 'screen') return this.#pc.addTransceiver(track, init);
    const picture = this.#picture(kind, typeof track === 'string' ? null : track);
    const transceiver = this.#openInLayers(track, init, firstEncodings(picture));
    if (this.#preferences !== null) transceiver.setCodecPreferences([...this.#preferences]);
    return transceiver;
  }

  #openInLayers(
    track: MediaStreamTrack | 'audio' | 'video',
    init: RTCRtpTransceiverInit,
    [best, ...others]: readonly Encoding[][],
  ): RTCRtpTransceiver {
    if (best === undefined) return this.#pc.addTransceiver(track, init);
    try {
      return this.#pc.addTransceiver(track, { ...init, sendEncodings: best });
    } catch {
      // A browser refuses a scalability mode that none of its codecs has (W3C webrtc-svc).
      return this.#openInLayers(track, init, others);
    }
  }

  #picture(source: VideoSource, track: MediaStreamTrack | null): Picture {
    const { width, height } = track?.getSettings() ?? {};
    return { source, codec: this.#codec, side: height === undefined ? null : Math.min(width ?? height, height) };
  }
}

/**
 * Parameters are a transaction (WebRTC 1.0, 5.2): whatever changes them between getting and setting makes the latter
 * fail, and then it is worth a second try. What a browser refuses for good it sends as it did before.
 */
async function adjustSender(
  sender: RTCRtpSender,
  change: (encodings: readonly Encoding[]) => Encoding[],
): Promise<void> {
  for (let tries = 0; tries < 2; tries++) {
    try {
      const parameters = sender.getParameters();
      const encodings = change(parameters.encodings);
      if (encodings.length === 0 || isSame(encodings, parameters.encodings)) return;
      await sender.setParameters({ ...parameters, encodings });
      return;
    } catch {
      // See above.
    }
  }
}

function isSame(a: readonly Encoding[], b: readonly Encoding[]): boolean {
  return a.every((each, at) => shallowEqual(each, b[at] ?? {}));
}
