import { describe, expect, it } from 'vitest';
import { encodingsFor, firstEncodings } from './layers.ts';
import type { Encoding, Picture } from './layers.ts';

const camera = (change: Partial<Picture> = {}): Picture => ({ source: 'camera', codec: 'vp8', side: 720, ...change });

/** What a sender has that was opened so. */
const opened = (picture: Picture): readonly Encoding[] =>
  (firstEncodings(picture)[0] ?? []).map((each) => ({ active: true, ...each }));

const sizes = (encodings: readonly Encoding[]): readonly string[] =>
  encodings
    .filter(({ active }) => active !== false)
    .map(
      ({ rid, scalabilityMode, scaleResolutionDownBy }) =>
        `${rid ?? scalabilityMode ?? 'one'}/${String(scaleResolutionDownBy)}`,
    );

describe('the layers of a camera', () => {
  it.each([
    [1080, ['l/4', 'm/2', 'h/1']],
    [720, ['l/4', 'm/2', 'h/1']],
    [null, ['l/4', 'm/2', 'h/1']],
    [540, ['l/4', 'm/2', 'h/1']],
    [360, ['m/2', 'h/1']],
    [180, ['one/1']],
  ])('are as many as a picture of %s lines has room for', (side, expected) => {
    for (const codec of ['vp8', 'h264'] as const) expect(sizes(opened(camera({ codec, side })))).toEqual(expected);
  });

  it.each([
    [720, ['L3T3_KEY/1']],
    [360, ['L2T3_KEY/1']],
    [180, ['L1T3/1']],
  ])('are in one stream of VP9 and AV1, of %s lines', (side, expected) => {
    for (const codec of ['vp9', 'av1'] as const) expect(sizes(opened(camera({ codec, side })))).toEqual(expected);
  });

  it('are asked for with less each time until a browser does not refuse', () => {
    expect(firstEncodings(camera({ codec: 'av1' })).map(sizes)).toEqual([['L3T3_KEY/1'], ['L1T3/1'], ['one/1']]);
    expect(firstEncodings(camera({ codec: 'vp9', side: 180 })).map(sizes)).toEqual([['L1T3/1'], ['one/1']]);
  });

  it('have the rates of their size, whatever their place', () => {
    const rates = (side: number) => opened(camera({ side })).map(({ maxBitrate }) => maxBitrate);
    expect(rates(720)).toEqual([150_000, 500_000, 1_700_000]);
    expect(rates(360)).toEqual([150_000, 500_000]);
    expect(rates(180)).toEqual([150_000]);
    expect(rates(1_080)).toEqual([500_000, 1_000_000, 2_500_000]);
  });

  it('of a screen are one, of every pixel', () => {
    expect(opened({ source: 'screen', codec: 'vp8', side: 1_440 })).toMatchObject([
      { scaleResolutionDownBy: 1, maxBitrate: 2_500_000 },
    ]);
    expect(sizes(opened({ source: 'screen', codec: 'vp9', side: 1_440 }))).toEqual(['L1T3/1']);
  });
});

describe('of simulcast', () => {
  const three = opened(camera());

  it('only what is wanted is made', () => {
    expect(sizes(encodingsFor(three, camera(), null))).toEqual(['l/4', 'm/2', 'h/1']);
    expect(sizes(encodingsFor(three, camera(), { rids: ['h', 'l'] }))).toEqual(['l/4', 'h/1']);
    expect(sizes(encodingsFor(three, camera(), { rids: [] }))).toEqual([]);
    expect(sizes(encodingsFor(three, camera(), { rids: ['unknown'] }))).toEqual(['h/1']);
  });

  it('what is wanted again is made again', () => {
    const none = encodingsFor(three, camera(), { rids: [] });
    expect(encodingsFor(none, camera(), { rids: ['l', 'm', 'h'] })).toEqual(encodingsFor(three, camera(), null));
  });

  it('a smaller camera than at the beginning sends its whole picture and no small ones', () => {
    const small = camera({ side: 180 });
    expect(encodingsFor(three, small, null).filter(({ active }) => active)).toMatchObject([
      { rid: 'h', scaleResolutionDownBy: 1, maxBitrate: 150_000 },
    ]);
    expect(sizes(encodingsFor(three, small, { rids: ['l'] }))).toEqual(['h/1']);
    expect(sizes(encodingsFor(three, small, { rids: [] }))).toEqual([]);
  });

  it('a server without simulcast is sent the whole picture in the encoding that it left', () => {
    const left = three.slice(0, 1);
    expect(encodingsFor(left, camera(), null)).toMatchObject([
      { rid: 'l', scaleResolutionDownBy: 1, maxBitrate: 1_700_000 },
    ]);
  });
});

describe('of spatial layers', () => {
  it.each([
    [3, 'L3T3_KEY/1', 1_700_000],
    [2, 'L2T3_KEY/2', 500_000],
    [1, 'L1T3/4', 150_000],
    [9, 'L3T3_KEY/1', 1_700_000],
  ])('the lowest %i are made by a smaller picture', (spatial, expected, maxBitrate) => {
    const picture = camera({ codec: 'vp9' });
    const now = encodingsFor(opened(picture), picture, { spatial });
    expect(sizes(now)).toEqual([expected]);
    expect(now).toMatchObject([{ maxBitrate }]);
  });

  it('none are made when none are wanted, and all when they are wanted again', () => {
    const picture = camera({ codec: 'av1' });
    const none = encodingsFor(opened(picture), picture, { spatial: 0 });
    expect(sizes(none)).toEqual([]);
    expect(sizes(encodingsFor(none, picture, { spatial: 3 }))).toEqual(['L3T3_KEY/1']);
  });

  it('of a picture for two layers one is half of it', () => {
    const picture = camera({ codec: 'vp9', side: 360 });
    expect(sizes(encodingsFor(opened(picture), picture, { spatial: 1 }))).toEqual(['L1T3/2']);
  });

  it('a browser that has none sends all or nothing', () => {
    const picture = camera({ codec: 'vp9' });
    const plain = firstEncodings(picture).at(-1) ?? [];
    expect(sizes(encodingsFor(plain, picture, { spatial: 1 }))).toEqual(['one/1']);
    expect(sizes(encodingsFor(plain, picture, { spatial: 0 }))).toEqual([]);
  });
});
