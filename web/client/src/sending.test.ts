import { describe, expect, it } from 'vitest';
import { limitSender, videoLimits } from './sending.ts';

describe('limits of outgoing video', () => {
  it('give one peer the whole picture at 1.5 Mbit/s', () => {
    expect(videoLimits('camera', 1, 720)).toEqual({
      maxBitrateBps: 1_500_000,
      scaleResolutionDownBy: 1,
      maxFramerate: 30,
    });
  });

  it('shrink with every peer, and never grow', () => {
    for (const kind of ['camera', 'screen'] as const) {
      const rates = Array.from({ length: 20 }, (_, peers) => videoLimits(kind, peers, 720).maxBitrateBps);
      expect(rates.every((rate, at) => at === 0 || rate <= (rates[at - 1] ?? 0))).toBe(true);
    }
  });

  it('scale the picture down in a mesh of six, but not one that is small already', () => {
    expect(videoLimits('camera', 5, 720).scaleResolutionDownBy).toBe(2);
    expect(videoLimits('camera', 5, 180).scaleResolutionDownBy).toBe(1);
    expect(videoLimits('camera', 5, null).scaleResolutionDownBy).toBe(1);
  });

  it('keep every pixel of a screen', () => {
    expect(videoLimits('screen', 5, 1_440).scaleResolutionDownBy).toBe(1);
  });

  it('are let go where a browser refuses them', async () => {
    const sender = {
      getParameters: () => ({ encodings: [{}] }),
      setParameters: () => Promise.reject(new Error('InvalidModificationError')),
    };
    await expect(
      limitSender(sender as unknown as RTCRtpSender, videoLimits('camera', 1, 720)),
    ).resolves.toBeUndefined();
  });
});
