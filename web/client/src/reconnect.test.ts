import { describe, expect, it } from 'vitest';
import { reconnectDelayMs, retryAfterDelayMs } from './reconnect.ts';

describe('the delay of a new try', () => {
  it('is nothing first, then half a second to five seconds, with chance in it', () => {
    expect([0, 0.5, 1].map((chance) => reconnectDelayMs(1, chance))).toEqual([0, 0, 0]);
    expect([0, 0.5, 1].map((chance) => reconnectDelayMs(2, chance))).toEqual([375, 500, 625]);
    for (let attempt = 2; attempt < 100; attempt++) {
      expect(reconnectDelayMs(attempt, 1)).toBeLessThanOrEqual(5_000);
      expect(reconnectDelayMs(attempt, 0)).toBeGreaterThan(300);
    }
    expect(reconnectDelayMs(100, 0.5)).toBe(5_000);
  });

  it('is never shorter than the server asked for', () => {
    expect(retryAfterDelayMs(2_000, 0)).toBe(2_000);
    expect(retryAfterDelayMs(2_000, 1)).toBe(2_500);
    expect(retryAfterDelayMs(10_000_000, 0)).toBe(60_000);
  });
});
