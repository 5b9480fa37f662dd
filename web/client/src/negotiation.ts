/**
 * Perfect negotiation (WebRTC 1.0, 10.7) as decisions without a PeerConnection. All steps of one connection run one
 * after another in a queue, so the signaling state alone tells whether two offers collide.
 */

/** The participant with the smaller id gives way. */
export function isPolite(own: string, other: string): boolean {
  return own < other;
}

/** @returns `ignore` when our own offer stands and the other side gives way */
export function onRemoteOffer(polite: boolean, state: RTCSignalingState): 'accept' | 'ignore' {
  if (state === 'closed') return 'ignore';
  // Applying an offer over our own rolls ours back (RFC 9429, 4.1.8.2).
  return state === 'stable' || polite ? 'accept' : 'ignore';
}

/** An answer fits only a standing offer; one that comes after a rollback is out of date. */
export function onRemoteAnswer(state: RTCSignalingState): 'accept' | 'ignore' {
  return state === 'have-local-offer' ? 'accept' : 'ignore';
}

/**
 * An offer that is made again, because its answer may be lost, has two answers if it was not. Taking the first for the
 * second leaves the two sides with different m-lines for ever. So each offer has a number, which its answer repeats, as
 * a session-level attribute that browsers ignore (RFC 8866, 5.13). Clients that know nothing of it are believed.
 */
const OFFER_NUMBER = 'x-stoa-offer';

/** One count for all connections of a page: no answer to an offer of a connection that is gone fits the next one's. */
export class OfferNumbers {
  #last = 0;

  next(): number {
    return ++this.#last;
  }
}

export function withOfferNumber(sdp: string, number: number | null): string {
  return number === null ? sdp : sdp.replace(/^m=/m, `a=${OFFER_NUMBER}:${String(number)}\r\nm=`);
}

export function offerNumberOf(sdp: string): number | null {
  const digits = new RegExp(`^a=${OFFER_NUMBER}:(\\d{1,9})\\r?$`, 'm').exec(sdp)?.[1];
  return digits === undefined ? null : Number(digits);
}

/**
 * Whose description it is: the same in all of one PeerConnection, another one in every other (RFC 3264, 8; RFC 8866,
 * 5.2). The two sides need not agree on when a connection is made anew, for they may hear of it at different times.
 */
export function originOf(sdp: string): string | null {
  return /^o=(\S+ \S+) /m.exec(sdp)?.[1] ?? null;
}

/** Runs asynchronous steps one after another. A step that fails is reported and does not stop the next. */
export class StepQueue {
  #tail: Promise<void> = Promise.resolve();
  #stopped = false;
  readonly #onFailure: (error: unknown) => void;

  constructor(onFailure: (error: unknown) => void) {
    this.#onFailure = onFailure;
  }

  run(step: () => Promise<void>): Promise<void> {
    this.#tail = this.#tail.then(async () => {
      if (this.#stopped) return;
      try {
        await step();
      } catch (error) {
        if (!this.#stopped) this.#onFailure(error);
      }
    });
    return this.#tail;
  }

  /** Steps that have not begun never will. */
  stop(): void {
    this.#stopped = true;
  }
}
