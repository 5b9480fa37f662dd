import { expect, it } from 'vitest';
import { parsePreferences, withRecentRoom } from './preferences';

it('survives whatever is stored', () => {
  const defaults = { name: '', mirror: true, panel: null, recentRooms: [] };
  for (const text of [null, '', 'null', '[]', '{"name":7,"mirror":"no","panel":"x","recentRooms":{}}']) {
    expect(parsePreferences(text)).toEqual(defaults);
  }
});

it('reads back what was stored', () => {
  const stored = { name: 'Ada', mirror: false, panel: 'people', recentRooms: ['a', 'b'] };
  expect(parsePreferences(JSON.stringify(stored))).toEqual(stored);
});

it('keeps the newest six rooms, each once', () => {
  expect(withRecentRoom(['a', 'b', 'c'], 'b')).toEqual(['b', 'a', 'c']);
  expect(withRecentRoom(['1', '2', '3', '4', '5', '6'], '7')).toEqual(['7', '1', '2', '3', '4', '5']);
});
