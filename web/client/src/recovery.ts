/**
 * When to restart ICE, as a state machine without timers: `handle*` in, `poll` out, with the time as a parameter.
 *
 * Either side may notice a broken path first, or alone. The impolite one acts at once, the polite one a little later
 * and only if nothing has happened by then: so one restart goes out when both notice, and it also works when only one
 * does. Retries slow down to one in ten seconds.
 */

export type PathState = 'connecting' | 'connected' | 'disconnected' | 'failed';

/** What a person sees. */
export type PathPhase = 'connecting' | 'connected' | 'interrupted' | 'failed';

/** Short losses heal by themselves. */
const DISCONNECTED_MS = 2_000;
/** A first connection, or one under restart, gets this long before the next restart. */
const CONNECTING_MS = 8_000;
const POLITE_DELAY_MS = 2_500;
const MIN_GAP_MS = 3_000;
const FAILED_AFTER_MS = 30_000;
const BACKOFF_MS = [4_000, 6_000, 8_000, 10_000] as const;

export class Recovery {
  readonly #patienceMs: number;
  #state: PathState = 'connecting';
  #everConnected = false;
  #downSince: number | null;
  #nextTry: number;
  #lastTry = Number.NEGATIVE_INFINITY;
  #tries = 0;
  #reachable = true;

  constructor(now: number, polite: boolean) {
    this.#patienceMs = polite ? POLITE_DELAY_MS : 0;
    this.#downSince = now;
    this.#nextTry = now + CONNECTING_MS + this.#patienceMs;
  }

  handlePath(now: number, state: PathState): void {
    if (state === this.#state) return;
    this.#state = state;
    if (state === 'connected') {
      this.#everConnected = true;
      this.#downSince = null;
      this.#tries = 0;
      return;
    }
    if (this.#downSince === null) {
      this.#downSince = now;
      this.#nextTry = now + CONNECTING_MS + this.#patienceMs;
    }
    if (state === 'failed') this.#tryBy(now, 0);
    else if (state === 'disconnected') this.#tryBy(now, DISCONNECTED_MS);
  }

  /** @param reachable whether both sides are connected to the server, so that an offer would arrive */
  handleReachable(now: number, reachable: boolean): void {
    const regained = reachable && !this.#reachable;
    this.#reachable = reachable;
    if (regained) this.handleHint(now);
  }

  /** Something changed for the better: the network or the signaling connection came back. */
  handleHint(now: number): void {
    if (this.#downSince !== null) this.#tryBy(now, 0);
  }

  /** STUN and TURN servers became known after gathering began; a direct path may need none of them. */
  handleNewServers(now: number): void {
    if (this.#downSince !== null) this.#tryBy(now, DISCONNECTED_MS);
  }

  /** The other side is restarting: give it time. */
  handleRemoteOffer(now: number): void {
    this.#nextTry = Math.max(this.#nextTry, now + BACKOFF_MS[0] + this.#patienceMs);
  }

  /** @returns true when ICE must be restarted now */
  poll(now: number): boolean {
    if (this.#downSince === null || !this.#reachable || now < this.#nextTry) return false;
    this.#lastTry = now;
    this.#nextTry = now + (BACKOFF_MS[Math.min(this.#tries, BACKOFF_MS.length - 1)] ?? 0) + this.#patienceMs;
    this.#tries++;
    return true;
  }

  phase(now: number): PathPhase {
    if (this.#downSince === null) return 'connected';
    if (now - this.#downSince >= FAILED_AFTER_MS) return 'failed';
    if (!this.#everConnected) return 'connecting';
    // An ICE restart on a living path passes through `connecting` for a moment; nobody needs to see that.
    return this.#state === 'connecting' && now - this.#downSince < DISCONNECTED_MS ? 'connected' : 'interrupted';
  }

  #tryBy(now: number, delayMs: number): void {
    const wanted = Math.max(now + delayMs + this.#patienceMs, this.#lastTry + MIN_GAP_MS);
    this.#nextTry = Math.min(Math.max(this.#nextTry, this.#lastTry + MIN_GAP_MS), wanted);
  }
}
