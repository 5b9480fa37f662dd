import { describe, expect, it } from 'vitest';
import {
  CHECKS,
  NOTHING_YET,
  advertisedAt,
  checkOf,
  failure,
  fixFor,
  guessNat,
  judgeClock,
  judgeNoMedia,
  reportText,
} from './findings';

const NOW = Date.parse('2026-05-01T12:00:00Z');

it('compares the clocks, if the server tells its own', () => {
  expect(judgeClock('1', null, NOW).verdict).toBe('ok');
  expect(judgeClock('1', 'Fri, 01 May 2026 12:00:20 GMT', NOW).verdict).toBe('ok');
  expect(judgeClock('1', 'Fri, 01 May 2026 12:05:00 GMT', NOW)).toMatchObject({
    verdict: 'failure',
    message: "Your clock is 300 s behind the server's.",
  });
  expect(judgeClock('1', 'Fri, 01 May 2026 11:00:00 GMT', NOW).message).toContain('3600 s ahead of');
});

it('suspects a symmetric router when the server sees a port that STUN did not', () => {
  const reflexive = [{ candidateType: 'srflx', address: '11.2.0.2', port: 4000 }];
  expect(guessNat({ candidateType: 'prflx', address: '11.2.0.2', port: 5000 }, reflexive)).toMatchObject({
    verdict: 'warning',
    message: expect.stringContaining('symmetric') as string,
  });
  expect(guessNat({ candidateType: 'prflx' }, []).verdict).toBe('skipped');
  expect(guessNat({ candidateType: 'srflx' }, reflexive).verdict).toBe('ok');
  expect(guessNat({ candidateType: 'host' }, reflexive).verdict).toBe('ok');
});

describe('the addresses of relays', () => {
  it.each([
    ['stun:a:3478', 'stun'],
    ['turn:a:3478', 'turn-udp'],
    ['turn:a:3478?transport=udp', 'turn-udp'],
    ['turn:a:3478?transport=tcp', 'turn-tcp'],
    ['turns:a:443?transport=tcp', 'turn-tls'],
    ['http://a', null],
  ])('%s is for %s', (url, check) => expect(checkOf(url)).toBe(check));

  it('name the port and the setting to look at', () => {
    expect(fixFor('turn:[2a0e::1]:3478?transport=udp')).toContain('UDP port 3478 (turn-port)');
    expect(fixFor('turns:a?transport=tcp')).toContain('TCP port 5349 (turns-port)');
    expect(fixFor('turns:a:443?transport=tcp')).toContain('TCP port 443 (https-port)');
  });
});

it('names --host when media is said to be elsewhere than the page', () => {
  const sdp = [
    'v=0',
    'a=candidate:1 1 udp 2113937151 11.66.0.9 7881 typ host',
    'a=candidate:2 1 tcp 1518280447 11.66.0.9 7881 typ host tcptype passive',
    'a=candidate:3 1 udp 2113937150 2a0e:5700::2 7881 typ host',
    '',
  ].join('\r\n');
  expect(advertisedAt(sdp)).toEqual(['11.66.0.9:7881', '[2a0e:5700::2]:7881']);
  expect(judgeNoMedia(advertisedAt(sdp), '11.1.0.2').fix).toContain('--host 11.1.0.2.');
  expect(judgeNoMedia(advertisedAt(sdp), 'stoa.example').fix).toContain('--host and the right one');
  expect(judgeNoMedia(advertisedAt(sdp), '[2a0e:5700::2]').fix).toContain('media-port');
  expect(judgeNoMedia([], 'a').fix).toContain('--host');
});

it('writes a report with a line for each check', () => {
  const text = reportText({ ...NOTHING_YET, media: failure('black', 'say --host') }, 'https://stoa.example');
  expect(text.split('\n')).toHaveLength(CHECKS.length + 1);
  expect(text).toContain('FAILURE  Media through the server: black -> say --host');
});
