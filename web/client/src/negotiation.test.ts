import { describe, expect, it } from 'vitest';
import { StepQueue, isPolite, onRemoteAnswer, onRemoteOffer } from './negotiation.ts';
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
