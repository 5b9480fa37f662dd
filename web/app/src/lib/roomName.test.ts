import { describe, expect, it } from 'vitest';
import { checkDisplayName, checkRoomName } from './roomName';

describe('a room name', () => {
  it.each([
    ['quiet-amber-harbor', 'quiet-amber-harbor'],
    ['  stand-up  ', 'stand-up'],
    ['会議 & Ελλάδα', '会議 & Ελλάδα'],
    ['Cafe\u0301', 'Café'],
    ['🏛️', '🏛️'],
    ['a/b?c#d%', 'a/b?c#d%'],
    ['😀'.repeat(64), '😀'.repeat(64)],
  ])('%j is fine', (input, name) => expect(checkRoomName(input)).toEqual({ ok: true, name }));

  it.each([
    ['', /Enter a room name/],
    ['   ', /Enter a room name/],
    ['x'.repeat(65), /65 characters .* at most 64/],
    ['a\u0007b', /control character/],
    ['a\tb', /control character/],
    ['..', /dots/],
  ])('%j is refused in words', (input, words) => {
    const result = checkRoomName(input);
    expect(result.ok).toBe(false);
    expect(result.ok ? '' : result.problem).toMatch(words);
  });
});

it('a person may be called by dots', () => {
  expect(checkDisplayName('..').ok).toBe(true);
});
