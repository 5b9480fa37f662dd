import { expect, it } from 'vitest';
import { readableSize } from './size';

it('has three digits at most and a unit', () => {
  expect([0, 999, 1000, 1_449, 99_940, 999_400, 64 * 1024 * 1024, 2e9, 5e12].map(readableSize)).toEqual([
    '0 B',
    '999 B',
    '1.0 kB',
    '1.4 kB',
    '99.9 kB',
    '999 kB',
    '67.1 MB',
    '2.0 GB',
    '5.0 TB',
  ]);
});
