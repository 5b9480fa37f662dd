import { expect, it } from 'vitest';
import { Sha256 } from './sha256.ts';

it('gives what FIPS 180-4 says, for every length around the blocks, however it is cut', async () => {
  for (const size of [0, 1, 3, 55, 56, 63, 64, 65, 119, 120, 128, 1_000, 65_537]) {
    const bytes = Uint8Array.from({ length: size }, (_, i) => (i * 7 + size) & 0xff);
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
    const expected = [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    for (const cut of [1, 13, 64, 100_000]) {
      const hash = new Sha256();
      for (let at = 0; at < size; at += cut) hash.update(bytes.subarray(at, at + cut));
      expect(hash.hex(), `${String(size)} bytes, ${String(cut)} at a time`).toBe(expected);
    }
  }
});

it('gives the digest of "abc" that the standard prints', () => {
  const hash = new Sha256();
  hash.update(new TextEncoder().encode('abc'));
  expect(hash.hex()).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});
