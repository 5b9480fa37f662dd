/**
 * In which layers a picture goes to the server, and which of them are made just now. Pure.
 *
 * VP8 and H.264 have simulcast: the same picture in several sizes, by name. VP9 and AV1 have spatial layers within one
 * stream (SVC), each of twice the size of the one below.
 */
import type { VideoCodec } from './api.ts';
import type { WantedLayers } from './protocol.ts';

export type VideoSource = 'camera' | 'screen';

/** What the layers of a picture depend on. */
export interface Picture {
  readonly source: VideoSource;
  readonly codec: VideoCodec;
  /** Of the captured picture in pixels: the shorter side, whichever way a telephone is held. Null when unknown. */
  readonly side: number | null;
}

/** With what lib.dom does not know yet (W3C webrtc-svc). */
export interface Encoding extends RTCRtpEncodingParameters {
  scalabilityMode?: string;
}

const SIMULCAST = [
  { rid: 'l', scaleResolutionDownBy: 4 },
  { rid: 'm', scaleResolutionDownBy: 2 },
  { rid: 'h', scaleResolutionDownBy: 1 },
] as const;

/** Of a camera, by the shorter side of what is sent. */
const CAMERA = [
  { side: 180, maxBitrate: 150_000 },
  { side: 360, maxBitrate: 500_000 },
  { side: 540, maxBitrate: 1_000_000 },
  { side: 720, maxBitrate: 1_700_000 },
] as const;
const CAMERA_BPS = 2_500_000;
const SCREEN_BPS = 2_500_000;
const MAX_FRAMERATE = 30;

/** Below these a browser makes fewer layers than it is asked for, and leaves out the largest one. */
const THREE_LAYERS_SIDE = 540;
const TWO_LAYERS_SIDE = 270;

/**
 * How an m-line begins. How many encodings it has, and their names, stays for good.
 *
 * @returns what to try, the best first: a browser refuses at once what it does not know
 */
export function firstEncodings(picture: Picture): readonly Encoding[][] {
  const one = { maxFramerate: MAX_FRAMERATE, ...sizeOf(picture, 1) };
  const count = layersOf(picture);
  if (hasSpatialLayers(picture.codec)) {
    const modes = new Set([modeOf(count), modeOf(1)]);
    return [...[...modes].map((scalabilityMode) => [{ ...one, scalabilityMode }]), [one]];
  }
  if (count === 1) return [[one]];
  return [
    SIMULCAST.slice(-count).map(({ rid, scaleResolutionDownBy }) => ({
      rid,
      maxFramerate: MAX_FRAMERATE,
      ...sizeOf(picture, scaleResolutionDownBy),
    })),
  ];
}

/**
 * The encodings as they are to be now.
 *
 * @param encodings of the sender, as it has them
 * @param wanted by anybody; null: all layers
 */
export function encodingsFor(
  encodings: readonly Encoding[],
  picture: Picture,
  wanted: WantedLayers | null,
): Encoding[] {
  if (encodings.length === 1) return encodings.map((each) => singleFor(each, picture, wanted));
  const possible = possibleRids(encodings, picture);
  const chosen = possible.filter((rid) => wanted === null || !('rids' in wanted) || wanted.rids.includes(rid));
  // What is asked for may be of a camera that was larger than the one of now.
  const active = chosen.length === 0 && wantsAny(wanted) ? possible.slice(-1) : chosen;
  return encodings.map((encoding) => ({
    ...encoding,
    ...sizeOf(picture, SIMULCAST.find(({ rid }) => rid === encoding.rid)?.scaleResolutionDownBy ?? 1),
    maxFramerate: MAX_FRAMERATE,
    active: active.includes(encoding.rid ?? ''),
  }));
}

/** With fewer layers than there are the picture is scaled down: it is the largest ones that are left out. */
function singleFor(encoding: Encoding, picture: Picture, wanted: WantedLayers | null): Encoding {
  const all = 'scalabilityMode' in encoding && hasSpatialLayers(picture.codec) ? layersOf(picture) : 1;
  const count = wanted !== null && 'spatial' in wanted ? Math.min(Math.max(wanted.spatial, 1), all) : all;
  return {
    ...encoding,
    ...sizeOf(picture, 2 ** (all - count)),
    ...('scalabilityMode' in encoding && hasSpatialLayers(picture.codec) ? { scalabilityMode: modeOf(count) } : {}),
    maxFramerate: MAX_FRAMERATE,
    active: wantsAny(wanted),
  };
}

/** Of the encodings that the m-line began with, those that a picture of this size gives. */
function possibleRids(encodings: readonly Encoding[], picture: Picture): readonly string[] {
  const rids = encodings.map(({ rid }) => rid ?? '');
  return encodings.length <= layersOf(picture) ? rids : rids.slice(-1);
}

function wantsAny(wanted: WantedLayers | null): boolean {
  if (wanted === null) return true;
  return 'rids' in wanted ? wanted.rids.length > 0 : wanted.spatial > 0;
}

function hasSpatialLayers(codec: VideoCodec): boolean {
  return codec === 'vp9' || codec === 'av1';
}

/** A screen is read, not glanced at: it is sent in one size. */
function layersOf({ source, side }: Picture): 1 | 2 | 3 {
  if (source === 'screen') return 1;
  if (side === null || side >= THREE_LAYERS_SIDE) return 3;
  return side >= TWO_LAYERS_SIDE ? 2 : 1;
}

/** Three temporal layers in each; an upper spatial layer needs the lower ones in key frames only (W3C webrtc-svc). */
function modeOf(spatial: number): string {
  return spatial === 1 ? 'L1T3' : `L${String(spatial)}T3_KEY`;
}

function sizeOf({ source, side }: Picture, scaleResolutionDownBy: number): Encoding {
  if (source === 'screen') return { scaleResolutionDownBy, maxBitrate: SCREEN_BPS };
  const sent = (side ?? 720) / scaleResolutionDownBy;
  return { scaleResolutionDownBy, maxBitrate: CAMERA.find((row) => sent <= row.side)?.maxBitrate ?? CAMERA_BPS };
}
