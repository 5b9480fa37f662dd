import { describe, expect, it } from 'vitest';
import { ReceiverLevel, SpeakingDetector, perceivedLevel } from './speaking.ts';

describe('levels', () => {
  it('follow the ear: silence, a voice, full scale', () => {
    expect([0, -1, Number.NaN, 0.0005].map(perceivedLevel)).toEqual([0, 0, 0, 0]);
    expect(perceivedLevel(0.1)).toBeCloseTo(2 / 3);
    expect(perceivedLevel(1)).toBe(1);
    expect(perceivedLevel(2)).toBe(1);
  });

  it('of a receiver that stopped hearing fall to nothing', () => {
    const source = { timestamp: 1, audioLevel: 0.1 };
    const receiver = { getSynchronizationSources: () => [source] } as unknown as RTCRtpReceiver;
    const level = new ReceiverLevel();
    expect(level.read(receiver, 1_000)).toBeGreaterThan(0.6);
    expect(level.read(receiver, 1_400)).toBeGreaterThan(0.6);
    expect(level.read(receiver, 1_600)).toBe(0);
    source.timestamp = 2;
    expect(level.read(receiver, 1_700)).toBeGreaterThan(0.6);
    expect(level.read(null, 1_700)).toBe(0);
  });
});

describe('speaking', () => {
  it('begins with a voice and outlasts the pauses between words', () => {
    const detector = new SpeakingDetector();
    const says = (now: number, level: number): boolean => detector.update(now, level);
    expect(says(0, 0.2)).toBe(false);
    expect(says(150, 0.35)).toBe(false);
    expect(says(300, 0.6)).toBe(true);
    expect(says(450, 0)).toBe(true);
    expect(says(750, 0)).toBe(true);
    expect(says(900, 0)).toBe(false);
  });

  it('goes on at a level that would not begin it', () => {
    const detector = new SpeakingDetector();
    detector.update(0, 0.5);
    for (let now = 150; now < 5_000; now += 150) expect(detector.update(now, 0.35)).toBe(true);
  });
});
