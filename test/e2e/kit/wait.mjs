/** Waiting: polling with a deadline, never a sleep of a guessed length. */
import { setTimeout as pause } from 'node:timers/promises';

/**
 * Asks again and again until the answer is neither false nor null nor undefined.
 *
 * @template T
 * @param {string} what the thing waited for, for the error message
 * @param {() => Promise<T> | T} probe may throw: that counts as "not yet"
 * @param {{timeout?: number, every?: number}} [options] milliseconds
 * @returns {Promise<NonNullable<T>>}
 */
export async function until(what, probe, { timeout = 15_000, every = 100 } = {}) {
  const end = Date.now() + timeout;
  let last;
  for (;;) {
    try {
      last = await probe();
      if (last !== false && last !== null && last !== undefined) return last;
    } catch (error) {
      if (error instanceof Verdict) throw error;
      last = error;
    }
    if (Date.now() > end) {
      const seen = last instanceof Error ? last.message : JSON.stringify(last);
      throw new Error(`not within ${timeout} ms: ${what}; last seen: ${seen}`);
    }
    await pause(every);
  }
}

/** An answer that waiting longer cannot better, such as somebody else's picture. */
export class Verdict extends Error {}
