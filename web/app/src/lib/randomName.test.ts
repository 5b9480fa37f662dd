import { expect, it } from 'vitest';
import { randomRoomName } from './randomName';
import { checkRoomName } from './roomName';

it('makes names of three words that are valid', () => {
  for (let turn = 0; turn < 50; turn++) {
    const name = randomRoomName();
    expect(name).toMatch(/^[a-z]+-[a-z]+-[a-z]+$/);
    expect(checkRoomName(name)).toEqual({ ok: true, name });
  }
});

it('throws its dice once for each word', () => {
  expect(randomRoomName(() => 0)).toBe('quiet-amber-harbor');
  expect(randomRoomName((below) => below - 1)).toBe('noble-violet-agora');
});
