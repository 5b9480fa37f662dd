/// <reference types="vite/client" />
import { describe, expect, it } from 'vitest';
import offerFixture from '../../../test/fixtures/protocol/server/offer.json?raw';
import { mlinesOf, sourcesOf } from './slots.ts';

const { sdp } = JSON.parse(offerFixture) as { sdp: string };

describe('m-lines', () => {
  it('are read from a description', () => {
    expect(mlinesOf(sdp)).toEqual([
      { media: 'audio', mid: '0' },
      { media: 'video', mid: '1' },
      { media: 'application', mid: '2' },
    ]);
  });

  it('are read with bare line feeds, and never throw', () => {
    expect(mlinesOf('v=0\nm=audio 9 X 0\na=mid:a\nm=video 9 X 0\n')).toEqual([{ media: 'audio', mid: 'a' }]);
    for (const text of ['', 'm=', 'm=\r\nm=\r\n', 'a=mid:1']) expect(mlinesOf(text)).toEqual([]);
  });
});

describe('sources', () => {
  it('are what the sender says', () => {
    expect(sourcesOf({ 1: 'screen' }, mlinesOf(sdp))).toEqual({ 1: 'screen' });
  });

  it('are told by order when it says nothing', () => {
    const mlines = ['audio', 'video', 'application', 'video', 'audio', 'video'].map((media, at) => ({
      media,
      mid: String(at),
    }));
    expect(sourcesOf({}, mlines)).toEqual({ 0: 'microphone', 1: 'camera', 3: 'screen', 4: 'screen-audio' });
  });
});
