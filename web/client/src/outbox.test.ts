import { describe, expect, it } from 'vitest';
import { Outbox } from './outbox.ts';
import type { RoomMessage } from './protocol.ts';

const chat = (id: string): RoomMessage => ({ type: 'chat', id, text: id });
const candidate: RoomMessage = { type: 'candidate', to: 'p', instance: 'i', candidate: null };
const numbers = (outbox: Outbox): number[] => outbox.waiting.map((each) => each.n);

describe('the outbox', () => {
  it('numbers from one and forgets what was acknowledged', () => {
    const outbox = new Outbox();
    for (const id of ['a', 'b', 'c']) outbox.add(chat(id));
    outbox.acknowledge(2);
    expect(numbers(outbox)).toEqual([3]);
    outbox.acknowledge(1);
    expect(numbers(outbox)).toEqual([3]);
    expect(outbox.add(chat('d')).n).toBe(4);
  });

  it('keeps only what is worth something in a new session, numbered anew', () => {
    const outbox = new Outbox();
    outbox.add(candidate);
    outbox.add(chat('a'));
    outbox.renumber(5, (message) => message.type === 'chat');
    expect(outbox.waiting).toEqual([{ n: 6, message: chat('a') }]);
    expect(outbox.add(candidate).n).toBe(7);
  });

  it('keeps only the last of the messages that each say everything', () => {
    const outbox = new Outbox();
    const view = (width: number): RoomMessage => ({ type: 'view', slots: { 5: { width, height: 90 } } });
    outbox.add(view(1));
    outbox.add(chat('a'));
    outbox.add(view(2));
    expect(outbox.waiting).toEqual([
      { n: 2, message: chat('a') },
      { n: 3, message: view(2) },
    ]);
  });

  it('is bounded, and gives candidates up before anything that people wrote', () => {
    const outbox = new Outbox(3);
    outbox.add(chat('a'));
    outbox.add(candidate);
    outbox.add(chat('b'));
    outbox.add(chat('c'));
    expect(numbers(outbox)).toEqual([1, 3, 4]);
    outbox.add(chat('d'));
    expect(numbers(outbox)).toEqual([3, 4, 5]);
  });
});
