import { describe, expect, it } from 'vitest';
import { Clock } from './testing/clock.ts';
import { ViewReporter } from './view-reporter.ts';
import type { SlotViews } from './view-reporter.ts';
import type { Environment } from './environment.ts';

const SMALL = { width: 160, height: 90 };
const LARGE = { width: 1_280, height: 720 };
const HIDDEN = { width: 0, height: 0 };

function stage() {
  const clock = new Clock();
  const environment = {
    now: () => clock.now,
    setTimer: (callback: () => void, ms: number) => clock.setTimer(callback, ms),
  } as unknown as Environment;
  const began = clock.now;
  const told: (readonly [ms: number, slots: SlotViews])[] = [];
  const reporter = new ViewReporter(environment, (slots) => told.push([clock.now - began, slots]));
  return { clock, reporter, told };
}

describe('the sizes of slots', () => {
  it('are told at once when something comes into sight or grows', async () => {
    const { clock, reporter, told } = stage();
    reporter.update({ 5: SMALL });
    await clock.advance(500);
    reporter.update({ 5: LARGE });
    expect(told).toEqual([
      [0, { 5: SMALL }],
      [500, { 5: LARGE }],
    ]);
  });

  it('are told when they have rested after something shrank or went out of sight', async () => {
    const { clock, reporter, told } = stage();
    reporter.update({ 5: LARGE, 6: LARGE });
    reporter.update({ 5: SMALL, 6: LARGE });
    await clock.advance(900);
    reporter.update({ 5: SMALL, 6: HIDDEN });
    await clock.advance(999);
    expect(told).toHaveLength(1);
    await clock.advance(1);
    expect(told.at(-1)).toEqual([1_900, { 5: SMALL, 6: HIDDEN }]);
  });

  it('are not told when what shrank has grown again', async () => {
    const { clock, reporter, told } = stage();
    reporter.update({ 5: LARGE });
    reporter.update({ 5: HIDDEN });
    await clock.advance(500);
    reporter.update({ 5: LARGE });
    await clock.advance(60_000);
    expect(told).toHaveLength(1);
    expect(clock.pending).toBe(0);
  });

  it('that grow take nothing from those that shrink meanwhile', async () => {
    const { clock, reporter, told } = stage();
    reporter.update({ 5: LARGE, 6: SMALL });
    await clock.advance(200);
    reporter.update({ 5: SMALL, 6: LARGE });
    expect(told.at(-1)).toEqual([200, { 5: LARGE, 6: LARGE }]);
    await clock.advance(5_000);
    expect(told.at(-1)).toEqual([1_200, { 5: SMALL, 6: LARGE }]);
  });

  it('are told ten times a second at most while an edge is dragged, and the last one for certain', async () => {
    const { clock, reporter, told } = stage();
    for (let width = 100; width < 1_100; width++) {
      reporter.update({ 5: { width, height: 90 } });
      await clock.advance(1);
    }
    expect(told.length).toBeLessThanOrEqual(11);
    await clock.advance(100);
    expect(told.at(-1)?.[1]).toEqual({ 5: { width: 1_099, height: 90 } });
  });

  it('of a slot that was empty meanwhile are told anew', async () => {
    const { clock, reporter, told } = stage();
    reporter.update({ 5: LARGE });
    await clock.advance(2_000);
    reporter.update({});
    await clock.advance(2_000);
    reporter.update({ 5: LARGE });
    await clock.advance(2_000);
    expect(told.map(([, slots]) => slots)).toEqual([{ 5: LARGE }, { 5: LARGE }]);
  });

  it('that were hidden from the start are told too', async () => {
    const { clock, reporter, told } = stage();
    reporter.update({ 5: HIDDEN });
    await clock.advance(1_000);
    expect(told).toEqual([[1_000, { 5: HIDDEN }]]);
  });

  it('are told again when what was said may be lost', async () => {
    const { clock, reporter, told } = stage();
    reporter.update({ 5: LARGE, 6: HIDDEN });
    await clock.advance(2_000);
    const before = told.length;
    reporter.again();
    await clock.advance(2_000);
    expect(told.length).toBeGreaterThan(before);
    expect(told.at(-1)?.[1]).toEqual({ 5: LARGE, 6: HIDDEN });
  });

  it('leave no timer behind', async () => {
    const { clock, reporter } = stage();
    reporter.update({ 5: LARGE });
    reporter.update({ 5: HIDDEN });
    reporter.close();
    await clock.advance(0);
    expect(clock.pending).toBe(0);
  });
});
