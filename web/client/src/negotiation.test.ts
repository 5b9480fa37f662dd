import { describe, expect, it } from 'vitest';
import {
  StepQueue,
  isPolite,
  offerNumberOf,
  onRemoteAnswer,
  onRemoteOffer,
  originOf,
  withOfferNumber,
} from './negotiation.ts';
import { settle } from './testing/clock.ts';

const states: readonly RTCSignalingState[] = [
  'stable',
  'have-local-offer',
  'have-remote-offer',
  'have-local-pranswer',
  'have-remote-pranswer',
  'closed',
];

describe('perfect negotiation', () => {
  it('makes exactly one side polite', () => {
    for (const [a, b] of [
      ['p1', 'p2'],
      ['p10', 'p9'],
      ['Z', 'a'],
      ['ä', 'z'],
    ] as const)
      expect([isPolite(a, b), isPolite(b, a)].sort()).toEqual([false, true]);
    expect(isPolite('p1', 'p2')).toBe(true);
  });

  it('lets the polite side take every offer, the impolite one only when it has none of its own', () => {
    expect(states.filter((state) => onRemoteOffer(false, state) === 'accept')).toEqual(['stable']);
    expect(states.filter((state) => onRemoteOffer(true, state) === 'accept')).toEqual(
      states.filter((state) => state !== 'closed'),
    );
  });

  it('takes an answer only for a standing offer', () => {
    expect(states.filter((state) => onRemoteAnswer(state) === 'accept')).toEqual(['have-local-offer']);
  });
});

describe('the number of an offer', () => {
  const sdp = 'v=0\r\ns=-\r\nt=0 0\r\nm=audio 9 X 0\r\na=mid:0\r\nm=video 9 X 0\r\na=mid:1\r\n';

  it('stands before the first m-line and is read again', () => {
    expect(withOfferNumber(sdp, 12)).toBe(sdp.replace('m=audio', 'a=x-stoa-offer:12\r\nm=audio'));
    expect(offerNumberOf(withOfferNumber(sdp, 12))).toBe(12);
  });

  it('is none where the other side gave none, or nonsense', () => {
    expect(withOfferNumber(sdp, null)).toBe(sdp);
    expect(offerNumberOf(sdp)).toBeNull();
    expect(offerNumberOf('a=x-stoa-offer:-1\r\n')).toBeNull();
    expect(offerNumberOf('a=x-stoa-offer:12345678901\r\n')).toBeNull();
  });
});

describe('the origin of a description', () => {
  it('names the PeerConnection, not the version', () => {
    const sdp = (version: number): string =>
      `v=0\r\no=- 4543303978670597726 ${String(version)} IN IP4 127.0.0.1\r\ns=-\r\n`;
    expect(originOf(sdp(2))).toBe('- 4543303978670597726');
    expect(originOf(sdp(3))).toBe(originOf(sdp(2)));
    expect(originOf('v=0\r\n')).toBeNull();
  });
});

describe('the queue of steps', () => {
  it('runs one after another, past failures, until it is stopped', async () => {
    const log: string[] = [];
    const queue = new StepQueue((error) => log.push(String(error)));
    void queue.run(async () => {
      await Promise.resolve();
      await Promise.resolve();
      log.push('first');
    });
    void queue.run(() => Promise.reject(new Error('second')));
    void queue.run(() => {
      log.push('third');
      queue.stop();
      return Promise.resolve();
    });
    void queue.run(() => Promise.reject(new Error('never')));
    await settle();
    expect(log).toEqual(['first', 'Error: second', 'third']);
  });
});
