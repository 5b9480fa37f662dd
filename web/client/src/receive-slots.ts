/**
 * The m-lines of the connection to the server in which this side receives: slots, which the server fills with whatever
 * is to be seen and heard, and says so. Joining and leaving negotiates nothing; only more pictures than slots do.
 */
import type { SourceKind } from './api.ts';
import type { Tracks } from './media-path.ts';
import type { Slot, SlotMap } from './protocol.ts';
import { mediaOf } from './slots.ts';

/** The loudest are heard. */
const AUDIO_SLOTS = 3;
const VIDEO_SLOTS = [4, 9, 16, 25] as const;

export class ReceiveSlots {
  readonly #pc: RTCPeerConnection;
  readonly #transceivers: RTCRtpTransceiver[] = [];
  #map: SlotMap = {};

  constructor(pc: RTCPeerConnection) {
    this.#pc = pc;
    for (let slot = 0; slot < AUDIO_SLOTS; slot++) this.#add('audio');
  }

  /** Adds m-lines to the next offer when there are fewer than enough. @param sources pictures that others send */
  grow(sources: number): void {
    const wanted = VIDEO_SLOTS.find((slots) => slots >= sources) ?? VIDEO_SLOTS[VIDEO_SLOTS.length - 1] ?? 0;
    for (let slot = this.#of('video').length; slot < wanted; slot++) this.#add('video');
  }

  /** @param map complete, as the server says it */
  handleMap(map: SlotMap): void {
    this.#map = map;
  }

  tracksOf(participant: string): Tracks {
    return new Map(
      this.#filled(participant).map(({ source, transceiver }) => [source, transceiver.receiver.track] as const),
    );
  }

  receiverOf(participant: string, source: SourceKind): RTCRtpReceiver | null {
    return this.#filled(participant).find((each) => each.source === source)?.transceiver.receiver ?? null;
  }

  /** Whether a source that has no slot yet could get one. */
  hasFree(media: 'audio' | 'video'): boolean {
    return this.#of(media).some(({ mid }) => mid === null || this.#map[mid] === undefined);
  }

  /** What is in each m-line for pictures, by mid. */
  get pictures(): readonly (readonly [mid: string, slot: Slot])[] {
    return this.#of('video').flatMap(({ mid }) => {
      const slot = mid === null ? undefined : this.#map[mid];
      return mid === null || slot === undefined ? [] : [[mid, slot] as const];
    });
  }

  #filled(participant: string): readonly { source: SourceKind; transceiver: RTCRtpTransceiver }[] {
    return this.#transceivers.flatMap((transceiver) => {
      const slot = transceiver.mid === null ? undefined : this.#map[transceiver.mid];
      const fits = slot?.participant === participant && transceiver.receiver.track.kind === mediaOf(slot.source);
      return slot !== undefined && fits ? [{ source: slot.source, transceiver }] : [];
    });
  }

  #of(media: 'audio' | 'video'): readonly RTCRtpTransceiver[] {
    return this.#transceivers.filter((each) => each.receiver.track.kind === media);
  }

  #add(media: 'audio' | 'video'): void {
    this.#transceivers.push(this.#pc.addTransceiver(media, { direction: 'recvonly' }));
  }
}
