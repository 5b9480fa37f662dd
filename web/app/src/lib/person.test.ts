import { expect, it } from 'vitest';
import { initialsOf, tintOf } from './person';

it.each([
  ['Ada Lovelace', 'AL'],
  ['ada', 'A'],
  ['  Eva-Maria van der Heijden ', 'EH'],
  ['李雷', '李'],
  ['👩‍🚀 Mae', '👩‍🚀M'],
  ['हेमा', 'हे'],
  ['--', '?'],
  ['', '?'],
])('the initials of %j are %j', (name, initials) => expect(initialsOf(name)).toBe(initials));

it('gives one tint to one id, and several to many', () => {
  expect(tintOf('p-17')).toBe(tintOf('p-17'));
  expect(new Set(Array.from({ length: 40 }, (_, index) => tintOf(`p${index}`))).size).toBeGreaterThan(5);
});
