/** Four people, everybody connected to everybody: twelve pictures and twelve tones. */
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { expectAllSeeAll, expectGone, pairsOf } from '../kit/observe.mjs';
import { scenario } from '../kit/stage.mjs';

const small = { viewport: { width: 640, height: 420 } };

describe('a mesh of four', () => {
  scenario(
    'carries all twelve pictures and tones, and goes on as three when one leaves',
    async (stage) => {
      const { url } = await stage.server();
      const people = [];
      for (let n = 0; n < 4; n++) {
        const person = await stage.chromium(small);
        people.push(person);
        await person.enter(url, 'four', { topology: 'mesh' });
      }
      await expectAllSeeAll(people, { timeout: 40_000 });
      for (const person of people) {
        const pairs = await pairsOf(person);
        assert.equal(pairs.length, 3, `${person.name} has ${pairs.length} connections`);
      }
      const [leaving, ...staying] = people;
      await leaving.click('leave');
      for (const person of staying) await expectGone(person, leaving);
      await expectAllSeeAll(staying);
    },
    { seconds: 180 },
  );
});
