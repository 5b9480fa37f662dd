/** How much of the uplink and the processor each outgoing video may use: in a mesh every peer costs one encoding. */
import type { SourceKind } from './api.ts';

export interface SendLimits {
  readonly maxBitrateBps: number;
  readonly scaleResolutionDownBy: number;
  readonly maxFramerate: number;
}

/** By number of peers; the last row is for all larger meshes. */
const CAMERA = [
  { maxBitrateBps: 1_500_000, height: 720, maxFramerate: 30 },
  { maxBitrateBps: 900_000, height: 720, maxFramerate: 30 },
  { maxBitrateBps: 600_000, height: 540, maxFramerate: 30 },
  { maxBitrateBps: 450_000, height: 360, maxFramerate: 30 },
  { maxBitrateBps: 300_000, height: 360, maxFramerate: 24 },
  { maxBitrateBps: 200_000, height: 240, maxFramerate: 20 },
] as const;

const SCREEN_BPS = [2_500_000, 1_800_000, 1_200_000, 900_000, 700_000] as const;

/**
 * @param peers how many receive it
 * @param height of the captured picture in pixels; null when unknown
 */
export function videoLimits(kind: SourceKind, peers: number, height: number | null): SendLimits {
  const row = Math.max(peers, 1) - 1;
  if (kind === 'screen') {
    const maxBitrateBps = SCREEN_BPS[Math.min(row, SCREEN_BPS.length - 1)] ?? 700_000;
    return { maxBitrateBps, scaleResolutionDownBy: 1, maxFramerate: 30 };
  }
  const limit = CAMERA[Math.min(row, CAMERA.length - 1)] ?? CAMERA[0];
  return {
    maxBitrateBps: limit.maxBitrateBps,
    scaleResolutionDownBy: height === null ? 1 : Math.max(1, height / limit.height),
    maxFramerate: limit.maxFramerate,
  };
}

/** Browsers differ in what they accept here; what one refuses is a finer picture at most, so it is let go. */
export async function limitSender(sender: RTCRtpSender, limits: SendLimits): Promise<void> {
  try {
    const parameters = sender.getParameters();
    const encoding = parameters.encodings[0];
    if (encoding === undefined) return;
    if (
      encoding.maxBitrate === limits.maxBitrateBps &&
      encoding.scaleResolutionDownBy === limits.scaleResolutionDownBy &&
      encoding.maxFramerate === limits.maxFramerate
    )
      return;
    encoding.maxBitrate = limits.maxBitrateBps;
    encoding.scaleResolutionDownBy = limits.scaleResolutionDownBy;
    encoding.maxFramerate = limits.maxFramerate;
    await sender.setParameters(parameters);
  } catch {
    // See above.
  }
}
