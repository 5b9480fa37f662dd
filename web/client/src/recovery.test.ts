import { describe, expect, it } from 'vitest';
import { Recovery } from './recovery.ts';

/** Polls ten times a second. @returns the times of the restarts, from `from` */
function restarts(recovery: Recovery, from: number, until: number): number[] {
  const times: number[] = [];
  for (let now = from; now <= until; now += 100) if (recovery.poll(now)) times.push(now);
  return times;
}

function connected(polite: boolean): Recovery {
  const recovery = new Recovery(0, polite);
  recovery.handlePath(100, 'connected');
  return recovery;
}

describe('recovery', () => {
  it('leaves a healthy path alone', () => {
    expect(restarts(connected(false), 100, 100_000)).toEqual([]);
  });

  it('gives a short loss two seconds to heal', () => {
    const recovery = connected(false);
    recovery.handlePath(10_000, 'disconnected');
    expect(recovery.poll(11_900)).toBe(false);
    recovery.handlePath(11_950, 'connected');
    expect(restarts(recovery, 12_000, 30_000)).toEqual([]);
  });

  it('restarts at once when the path failed, the polite side later', () => {
    for (const [polite, at] of [
      [false, 10_000],
      [true, 12_500],
    ] as const) {
      const recovery = connected(polite);
      recovery.handlePath(10_000, 'failed');
      expect(restarts(recovery, 10_000, 13_000)[0]).toBe(at);
    }
  });

  it('lets the polite side wait when the other side is restarting', () => {
    const recovery = connected(true);
    recovery.handlePath(10_000, 'failed');
    recovery.handleRemoteOffer(10_200);
    expect(restarts(recovery, 10_000, 16_000)).toEqual([]);
    expect(restarts(recovery, 16_100, 20_000)).toHaveLength(1);
  });

  it('slows down and never storms', () => {
    const recovery = connected(false);
    recovery.handlePath(0, 'failed');
    const times = restarts(recovery, 0, 120_000);
    const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    expect(gaps.slice(0, 4)).toEqual([4_000, 6_000, 8_000, 10_000]);
    expect(Math.max(...gaps)).toBe(10_000);
  });

  it('is not driven faster than every three seconds by events', () => {
    const recovery = connected(false);
    recovery.handlePath(0, 'failed');
    const times: number[] = [];
    for (let now = 0; now < 30_000; now += 100) {
      recovery.handleHint(now);
      recovery.handlePath(now, now % 200 === 0 ? 'failed' : 'disconnected');
      if (recovery.poll(now)) times.push(now);
    }
    expect(times.every((time, index) => index === 0 || time - (times[index - 1] ?? 0) >= 3_000)).toBe(true);
  });

  it('waits while an offer would not arrive, and acts when it would', () => {
    const recovery = connected(false);
    recovery.handleReachable(9_000, false);
    recovery.handlePath(10_000, 'failed');
    expect(restarts(recovery, 10_000, 50_000)).toEqual([]);
    recovery.handleReachable(50_100, true);
    expect(restarts(recovery, 50_100, 51_000)).toEqual([50_100]);
  });

  it('restarts a first connection that comes to nothing', () => {
    expect(restarts(new Recovery(0, false), 0, 8_500)).toEqual([8_000]);
  });

  it('tells a person what matters', () => {
    const recovery = new Recovery(0, false);
    expect(recovery.phase(0)).toBe('connecting');
    expect(recovery.phase(30_000)).toBe('failed');
    recovery.handlePath(31_000, 'connected');
    expect(recovery.phase(31_000)).toBe('connected');
    recovery.handlePath(40_000, 'connecting');
    expect(recovery.phase(40_500)).toBe('connected');
    expect(recovery.phase(42_000)).toBe('interrupted');
    recovery.handlePath(43_000, 'disconnected');
    expect(recovery.phase(43_000)).toBe('interrupted');
    expect(recovery.phase(70_000)).toBe('failed');
  });
});
