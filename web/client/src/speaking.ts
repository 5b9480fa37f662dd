/** Levels and who is speaking. */

/** Silence to full scale as an ear hears it: -60 dB and below is 0, 0 dB is 1. @param linear amplitude, 0 to 1 */
export function perceivedLevel(linear: number): number {
  if (!(linear > 0.001)) return 0;
  return Math.min(1, (20 * Math.log10(linear) + 60) / 60);
}

/** On at -36 dB; off only after the voice stayed below -42 dB for a while, so that pauses between words do not flicker. */
const ON_LEVEL = 0.4;
const OFF_LEVEL = 0.3;
const HOLD_MS = 600;

export class SpeakingDetector {
  #speaking = false;
  #lastHeard = 0;

  /** @param level perceived, 0 to 1 */
  update(now: number, level: number): boolean {
    if (level >= ON_LEVEL || (this.#speaking && level >= OFF_LEVEL)) this.#lastHeard = now;
    this.#speaking = level >= ON_LEVEL || (this.#speaking && now - this.#lastHeard < HOLD_MS);
    return this.#speaking;
  }
}

/** A source that has not been heard for so long is silent, whatever its last level was. */
const STALE_MS = 500;

/** Level of a receiver now, perceived, 0 to 1. */
export class ReceiverLevel {
  #timestamp = 0;
  #seenAt = Number.NEGATIVE_INFINITY;

  read(receiver: RTCRtpReceiver | null, now: number): number {
    const source = receiver?.getSynchronizationSources?.()[0];
    if (source === undefined) return 0;
    // The clock of `timestamp` differs between browsers; that it moves is what counts.
    if (source.timestamp !== this.#timestamp) {
      this.#timestamp = source.timestamp;
      this.#seenAt = now;
    }
    return now - this.#seenAt > STALE_MS ? 0 : perceivedLevel(source.audioLevel ?? 0);
  }
}
