import { expect, it } from 'vitest';
import { readEnvelope, textOf, writeEnvelope } from './data-envelope.ts';

it('is version and kind, the length of the id, the id, the payload', () => {
  expect([...writeEnvelope('ab', 'é')]).toEqual([0x11, 2, 0x61, 0x62, 0xc3, 0xa9]);
  expect([...writeEnvelope('', Uint8Array.of(7, 8))]).toEqual([0x10, 0, 7, 8]);
});

it('reads what the server sends', () => {
  const envelope = readEnvelope(Uint8Array.of(0x11, 1, 0x61, 0x68, 0x69).buffer);
  expect(envelope).toMatchObject({ kind: 'text', participant: 'a' });
  expect(envelope && textOf(envelope.payload)).toBe('hi');
  expect(readEnvelope(Uint8Array.of(0x13, 1, 0x61).buffer)?.kind).toBe('reachable');
});

it('refuses other versions, kinds and lengths', () => {
  for (const bytes of [[], [0x11], [0x21, 0], [0x15, 0], [0x10, 3, 1, 2], [0x10, 65, ...Array<number>(65).fill(65)]])
    expect(readEnvelope(Uint8Array.from(bytes).buffer), bytes.join()).toBeNull();
});
