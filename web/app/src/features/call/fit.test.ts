import { expect, it } from 'vitest';
import { fitOf } from './fit';

it.each([
  ['a landscape picture fills a landscape tile', 16 / 9, 4 / 3, 'cover'],
  ['a landscape picture loses only some of its sides on an upright phone', 16 / 9, 0.48, 'near'],
  ['a portrait picture keeps the head in a landscape tile', 9 / 16, 16 / 9, 'contain'],
  ['a portrait picture fills an upright phone', 9 / 16, 0.48, 'cover'],
  ['nothing is known yet', Number.NaN, 1, 'cover'],
])('%s', (_, picture, box, fit) => {
  expect(fitOf(picture, box)).toBe(fit);
});
