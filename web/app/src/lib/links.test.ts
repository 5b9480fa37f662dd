import { describe, expect, it } from 'vitest';
import { httpsLink, readCallQuery, roomFromPath, roomPath, withToken } from './links';

describe('the path of a room', () => {
  it.each(['quiet-amber-harbor', '会議 & Ελλάδα', 'a/b?c#d', '100%', '%2F', 'a+b', '👩‍🚀'])(
    'carries %j there and back',
    (room) => {
      const { pathname } = new URL(roomPath(room), 'http://localhost:8080');
      expect(roomFromPath(pathname)).toBe(room);
    },
  );

  it.each(['/', '/r', '/r/', '/r/a/b', '/x/a', '/r/%E0%A4%A'])('is not %s', (path) =>
    expect(roomFromPath(path)).toBeNull(),
  );
});

describe('the query of a call', () => {
  it('is read', () => {
    expect(readCallQuery('?name=Ada%20L&topology=sfu&codec=av1&autojoin=1&relay=1')).toEqual({
      name: 'Ada L',
      topology: 'sfu',
      videoCodec: 'av1',
      autojoin: true,
      relayOnly: true,
    });
  });

  it('has defaults, also for what makes no sense', () => {
    expect(readCallQuery('?topology=star&codec=theora&autojoin=yes&name=%20')).toEqual({
      name: null,
      topology: 'auto',
      videoCodec: null,
      autojoin: false,
      relayOnly: false,
    });
  });
});

describe('the https address', () => {
  const page = new URL('http://192.168.1.20:8080/r/a%20b?name=Ada');

  it('is the same page on the other port', () => {
    expect(httpsLink(page, 8443)).toBe('https://192.168.1.20:8443/r/a%20b?name=Ada');
    expect(httpsLink(page, 443)).toBe('https://192.168.1.20/r/a%20b?name=Ada');
  });

  it('carries the token of this tab', () => {
    expect(withToken(httpsLink(page, 8443), 'abc')).toBe('https://192.168.1.20:8443/r/a%20b?name=Ada&token=abc');
    expect(withToken('https://stoa.example/', null)).toBe('https://stoa.example/');
  });
});
