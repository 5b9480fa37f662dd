import { describe, expect, it } from 'vitest';
import { plainName, readFileMessage, readPiece, writePiece } from './file-messages.ts';

describe('a name', () => {
  it.each([
    ['photo.jpg', 'photo.jpg'],
    ['../../etc/passwd', 'passwd'],
    ['C:\\Windows\\win.ini', 'win.ini'],
    ['.ssh', '_ssh'],
    ['..', '_'],
    ['', 'file'],
    ['a/', 'file'],
    ['a\u0000b\nc', 'a_b_c'],
    ['invoice\u202Efdp.exe', 'invoice_fdp.exe'],
    ['a:b?c', 'a_b_c'],
    ['Ünïcödé 文.txt', 'Ünïcödé 文.txt'],
    ['x'.repeat(300), 'x'.repeat(255)],
  ])('%j is %j', (name, expected) => {
    expect(plainName(name)).toBe(expected);
  });
});

it('reads messages and refuses what is none', () => {
  const offer = { type: 'offer', id: 'a', name: '/x/y', size: 5 };
  expect(readFileMessage(JSON.stringify(offer))).toEqual({ ...offer, name: 'y' });
  for (const bad of [
    '',
    'null',
    '[]',
    '{"type":"offer","id":"a","name":"b"}',
    '{"type":"offer","id":"","name":"b","size":1}',
    '{"type":"get","id":"a","offset":-1,"run":1}',
    '{"type":"get","id":"a","offset":1e300,"run":1}',
    '{"type":"have","id":"a","offset":0.5}',
    '{"type":"end","id":"a","run":1}',
    '{"type":"other","id":"a"}',
    `{"type":"done","id":"${'a'.repeat(65)}"}`,
    `{"type":"done","id":"a","x":"${'a'.repeat(5_000)}"}`,
  ])
    expect(readFileMessage(bad), bad).toBeNull();
});

it('carries a piece there and back, beyond 4 GB too', () => {
  const piece = { id: 'id', run: 3, offset: 5 * 2 ** 32 + 1, bytes: Uint8Array.of(1, 2, 3) };
  expect(readPiece(writePiece(piece))).toEqual(piece);
  expect(readPiece(Uint8Array.of())).toBeNull();
  expect(readPiece(Uint8Array.of(60, 1, 2, 3))).toBeNull();
});
