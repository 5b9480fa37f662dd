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
