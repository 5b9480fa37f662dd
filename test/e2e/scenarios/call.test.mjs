/** Two people in a call: they come through the lobby, see and hear each other, leave and come back. */
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import {
  expectAllSeeAll, expectGone, expectPicture, expectSeesAndHears, pairsOf, participantOf,
} from '../kit/observe.mjs';
import { FULL, scenario } from '../kit/stage.mjs';
import { until } from '../kit/wait.mjs';

describe('a call of two', () => {
  scenario('goes from the lobby to pictures, sound and names, from peer to peer', async (stage) => {
    const { url } = await stage.server();
    const [ada, boris] = await Promise.all([stage.chromium(), stage.chromium()]);
    await ada.openLobby(url, 'agora');
    assert.equal(await ada.evaluate(() => document.querySelector('[data-testid="display-name"]').value), 'Ada');
    await ada.join();
    await boris.enter(url, 'agora');
    await expectAllSeeAll([ada, boris]);

    const [[hers], [his]] = [await pairsOf(ada), await pairsOf(boris)];
    assert.ok(hers && his, 'one chosen pair of candidates on each side');
    assert.notEqual(hers.local.candidateType, 'relay');
    assert.notEqual(hers.remote.candidateType, 'relay');
    assert.deepEqual([hers.local.port, hers.remote.port], [his.remote.port, his.local.port], 'the ports meet');

    await ada.click('stats');
    await ada.waitForShown('[data-testid="stats-panel"]');
    await ada.waitForText(/Boris/, { selector: '[data-testid="stats-panel"]' });
    await ada.waitForText(/host/i, { selector: '[data-testid="stats-panel"]' });
  });

  scenario('shows at once that the other left, and lets her come back', async (stage) => {
    const { url } = await stage.server();
    const [ada, boris] = await Promise.all([stage.chromium(), stage.chromium()]);
    await Promise.all([ada.enter(url, 'porch'), boris.enter(url, 'porch')]);
    await expectAllSeeAll([ada, boris]);

    await boris.click('leave');
    await expectGone(ada, boris, { timeout: 2_000 });
    await boris.waitForText(/You left the call/);
    const live = await boris.evaluate(() =>
      window.__e2e.connections.filter(({ connectionState }) => connectionState !== 'closed').length,
    );
    assert.equal(live, 0, 'PeerConnections still open after leaving');

    await boris.clickOn('button:has-text("Rejoin")');
    await boris.waitForShown('[data-testid="leave"]');
    await expectAllSeeAll([ada, boris]);
  });

  for (const [how, enter, quick] of [
    ['', (person, url) => person.enterAtOnce(url, 'reload'), true],
    [' through the lobby', (person, url) => person.enter(url, 'reload'), false],
  ]) {
    scenario(
      `survives a reload${how}: the same participant, back within ten seconds`,
      async (stage) => {
        const { url } = await stage.server();
        const [ada, boris] = await Promise.all([stage.chromium(), stage.chromium()]);
        await Promise.all([ada.enter(url, 'reload'), enter(boris, url)]);
        await expectAllSeeAll([ada, boris]);
        const before = await participantOf(ada, boris);

        const began = Date.now();
        await boris.reload();
        if (how) {
          await boris.waitForShown('[data-testid="join"]', { what: 'the lobby' });
          await boris.join();
        }
        await boris.waitForShown('[data-testid="leave"]', { what: 'the call' });
        await expectPicture(ada, before, boris.sender.id, { timeout: 10_000 });
        const took = Date.now() - began;
        assert.ok(took < 10_000, `the picture was back after ${took} ms`);
        assert.equal(await participantOf(ada, boris), before);
        await expectAllSeeAll([ada, boris]);
      },
      { quick },
    );
  }

  scenario('goes on in the second tab when the same session opens there, and the first says so', async (stage) => {
    const { url } = await stage.server();
    const [ada, boris] = await Promise.all([stage.chromium(), stage.chromium()]);
    await Promise.all([ada.enter(url, 'tabs'), boris.enter(url, 'tabs')]);
    await expectAllSeeAll([ada, boris]);
    const before = await participantOf(ada, boris);

    const second = await stage.duplicate(boris);
    await second.waitForShown('[data-testid="join"], [data-testid="leave"]');
    if (await second.shows('[data-testid="join"]')) await second.join();
    await boris.waitForText(/another tab/i);
    assert.equal(await boris.shows('[data-testid="leave"]'), false);
    assert.equal(await participantOf(ada, second), before);
    await expectAllSeeAll([ada, second]);
  });

  scenario(
    'brings three together who join in the same moment',
    async (stage) => {
      const { url } = await stage.server();
      const people = await Promise.all([stage.chromium(small), stage.chromium(small), stage.chromium(small)]);
      for (let round = 1; round <= (FULL ? 3 : 1); round++) {
        await Promise.all(people.map((person) => person.openLobby(url, `crowd-${round}`)));
        await Promise.all(people.map((person) => person.join()));
        await expectAllSeeAll(people, { timeout: 30_000 });
      }
    },
    { seconds: 180 },
  );

  scenario(
    'lets a late third person see and hear both',
    async (stage) => {
      const { url } = await stage.server();
      const [ada, boris, chiara] = await Promise.all([stage.chromium(small), stage.chromium(small), stage.chromium(small)]);
      await Promise.all([ada.enter(url, 'late'), boris.enter(url, 'late')]);
      await expectSeesAndHears(ada, boris);
      await chiara.enterAtOnce(url, 'late');
      await expectAllSeeAll([ada, boris, chiara]);
      await until('every connection stable', () =>
        chiara.evaluate(() => window.__e2e.connections.every(({ signalingState }) => signalingState !== 'have-local-offer')),
      );
    },
    { quick: false },
  );
});

const small = { viewport: { width: 720, height: 480 } };
