/** How long to wait before a new try. */

/** First at once, then from half a second to five seconds, spread so that a room does not come back in one instant. */
const DELAYS_MS = [0, 500, 1_000, 2_000, 3_500, 5_000] as const;
const MAX_MS = 5_000;

/**
 * @param attempt 1 for the first try after the loss
 * @param random 0 to 1
 */
export function reconnectDelayMs(attempt: number, random: number): number {
  const base = DELAYS_MS[Math.min(attempt, DELAYS_MS.length) - 1] ?? MAX_MS;
  return Math.min(MAX_MS, Math.round(base * (0.75 + 0.5 * random)));
}

/** The server named a time; spread over a quarter more. */
export function retryAfterDelayMs(retryAfterMs: number, random: number): number {
  return Math.min(60_000, Math.round(retryAfterMs * (1 + 0.25 * random)));
}

/**
 * Tries for the first `join` before it is reported as failed. A page that was in the call before it was reloaded is
 * more patient: the server may be restarting.
 */
export function triesToJoin(hasResumeToken: boolean): number {
  return hasResumeToken ? 10 : 3;
}
