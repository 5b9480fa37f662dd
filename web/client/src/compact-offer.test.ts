/// <reference types="vite/client" />
import { describe, expect, it } from 'vitest';
import { compactOffer } from './compact-offer.ts';
import { LIMITS } from './protocol.ts';
import { mlinesOf } from './slots.ts';
// What Chromium 150 and Firefox 140 offer with microphone, camera, screen and its audio to send, and two slots.
import chromium from './testing/offers/chromium.sdp?raw';
import firefox from './testing/offers/firefox.sdp?raw';

const OFFERS = [
  ['Chromium', chromium],
  ['Firefox', firefox],
] as const;

const sectionsOf = (sdp: string): readonly string[] => sdp.split(/^(?=m=)/m).slice(1);
const codecsOf = (section: string): readonly string[] =>
  [...section.matchAll(/^a=rtpmap:\d+ ([^/]+)/gm)].map(([, name]) => name ?? '').sort();
const linesOf = (section: string, pattern: RegExp): readonly string[] =>
  section.split('\r\n').filter((line) => pattern.test(line));

/** With so many slots for pictures instead of one. */
function withSlots(sdp: string, slots: number): string {
  const last = sectionsOf(sdp).at(-1) ?? '';
  return (
    sdp + Array.from({ length: slots - 1 }, (_, at) => last.replace(/^a=mid:.*$/m, `a=mid:x${String(at)}`)).join('')
  );
}

describe.each(OFFERS)('an offer of %s to the server', (_name, offer) => {
  const compact = compactOffer(offer);

  it('keeps its m-lines, and how each is reached', () => {
    expect(mlinesOf(compact)).toEqual(mlinesOf(offer));
    const kept =
      /^a=(mid|sendonly|recvonly|msid|ssrc|ssrc-group|ice-|fingerprint|setup|rtcp-mux|rtcp-rsize|bundle-only)/;
    sectionsOf(compact).forEach((section, index) =>
      expect(linesOf(section, kept)).toEqual(linesOf(sectionsOf(offer)[index] ?? '', kept)),
    );
    expect(compact.slice(0, compact.indexOf('m='))).toBe(offer.slice(0, offer.indexOf('m=')));
  });

  it('names each codec once, with its retransmissions', () => {
    for (const section of sectionsOf(compact)) {
      const codecs = codecsOf(section).filter((each) => each !== 'rtx');
      expect(new Set(codecs).size).toBe(codecs.length);
      if (section.startsWith('m=video')) {
        expect(codecs.filter((each) => each !== 'H264')).toEqual(['AV1', 'VP8', 'VP9']);
        expect(codecsOf(section).filter((each) => each === 'rtx')).toHaveLength(codecs.length);
      } else expect(codecs.filter((each) => each !== 'red')).toEqual(['opus']);
    }
  });

  it('leaves no parameter of a payload type that it does not name', () => {
    for (const section of sectionsOf(compact)) {
      const named = /^m=\S+ \d+ \S+ (.*)$/m.exec(section)?.[1]?.trim().split(' ') ?? [];
      const described = [...section.matchAll(/^a=(?:rtpmap|fmtp|rtcp-fb):(\d+)/gm)].map(([, type]) => type ?? '');
      expect(new Set(described)).toEqual(new Set(named));
    }
  });

  it('prefers the codecs in the order that the browser does', () => {
    const [, before = ''] = sectionsOf(offer);
    const [, after = ''] = sectionsOf(compact);
    const types = (section: string) => /^m=\S+ \d+ \S+ (.*)$/m.exec(section)?.[1]?.trim().split(' ') ?? [];
    expect(types(after)).toEqual(types(before).filter((type) => types(after).includes(type)));
  });

  it('fits with 25 slots', () => {
    const sdp = compactOffer(withSlots(offer, 25));
    expect(sdp.length).toBeLessThan(0.95 * LIMITS.sdp);
    expect(JSON.stringify(sdp).length).toBeLessThan(60_000);
  });

  it('is the same when it is made again', () => {
    expect(compactOffer(compact)).toBe(compact);
  });
});

describe('what is left out of an offer', () => {
  it('is candidates, and the estimate that the server does not use', () => {
    const [head = '', ...sections] = firefox.split(/^(?=m=)/m);
    const gathered = [head, ...sections.map((each) => `${each}a=candidate:1 1 UDP 1 192.0.2.1 9 typ host\r\n`)].join(
      '',
    );
    expect(compactOffer(gathered)).toBe(compactOffer(firefox));
    expect(compactOffer(chromium)).not.toMatch(/goog-remb/);
  });

  it('is nothing where nothing is understood', () => {
    const strange = 'v=0\r\nm=video 9 X 5 6\r\na=mid:0\r\na=rtpmap:5 H261/90000\r\na=fmtp:5 CIF=2\r\n';
    expect(compactOffer(strange)).toBe(strange);
    for (const text of ['', 'm=', 'm=\r\nm=video\r\n', 'v=0']) expect(() => compactOffer(text)).not.toThrow();
  });

  it('are H.264 variants but the one that all browsers have', () => {
    const section = sectionsOf(compactOffer(chromium))[1] ?? '';
    expect(linesOf(section, /profile-level-id/)).toEqual([
      'a=fmtp:109 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f',
    ]);
  });
});
