/** Firefox with Chromium and with itself. */
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { openChat, say, seesMessage } from '../kit/chat.mjs';
import {
  expectAllSeeAll, expectAvatar, expectGone, expectMuteBadge, expectNoPicture, expectNoTone, expectPicture, expectTone,
  pairsOf, participantOf,
} from '../kit/observe.mjs';
import { FULL, scenario } from '../kit/stage.mjs';

describe('Firefox', () => {
  scenario('calls Chromium: pictures, sound, mute, camera, chat', async (stage) => {
    const { url } = await stage.server();
    const [ada, boris] = await Promise.all([stage.chromium(), stage.firefox()]);
    await ada.enter(url, 'mixed');
    await boris.enter(url, 'mixed');
    await expectAllSeeAll([ada, boris], { timeout: 30_000 });
    if (!FULL) return;

    const [idAda, idBoris] = [await participantOf(boris, ada), await participantOf(ada, boris)];
    await boris.click('toggle-mic');
    await expectMuteBadge(ada, idBoris, true);
    await expectNoTone(ada, idBoris, boris.sender.hz);
    await boris.click('toggle-camera');
    await expectAvatar(ada, idBoris);
    await expectNoPicture(ada, idBoris);
    await boris.click('toggle-camera');
    await boris.click('toggle-mic');
    await expectPicture(ada, idBoris, boris.sender.id);
    await expectTone(ada, idBoris, boris.sender.hz);
    await ada.click('toggle-camera');
    await expectNoPicture(boris, idAda);
    await ada.click('toggle-camera');
    await expectPicture(boris, idAda, ada.sender.id);

    await Promise.all([openChat(ada), openChat(boris)]);
    await say(boris, 'from the fox');
    await seesMessage(ada, 'from the fox');
    await say(ada, 'to the fox');
    await seesMessage(boris, 'to the fox');
    await boris.click('leave');
    await expectGone(ada, boris);
  });

  scenario(
    'is called by Chromium when Firefox was there first',
    async (stage) => {
      const { url } = await stage.server();
      const [ada, boris] = await Promise.all([stage.firefox(), stage.chromium()]);
      await ada.enter(url, 'fox-first');
      await boris.enter(url, 'fox-first');
      await expectAllSeeAll([ada, boris], { timeout: 30_000 });
      const before = await participantOf(boris, ada);
      await ada.reload();
      await ada.waitForShown('[data-testid="join"], [data-testid="leave"]');
      if (await ada.shows('[data-testid="join"]')) await ada.join();
      await expectAllSeeAll([ada, boris], { timeout: 30_000 });
      assert.equal(await participantOf(boris, ada), before);
    },
    { quick: false },
  );

  scenario(
    'calls Firefox',
    async (stage) => {
      const { url } = await stage.server();
      const [ada, boris] = await Promise.all([stage.firefox(), stage.firefox()]);
      await ada.enter(url, 'foxes');
      await boris.enter(url, 'foxes');
      await expectAllSeeAll([ada, boris], { timeout: 30_000 });
    },
    { quick: false },
  );

  scenario(
    'calls Chromium with its host addresses hidden behind .local names',
    async (stage) => {
      const { url } = await stage.server();
      const [ada, boris] = await Promise.all([
        stage.chromium(),
        stage.firefox({ prefs: { 'media.peerconnection.ice.obfuscate_host_addresses': true } }),
      ]);
      await ada.enter(url, 'hidden');
      await boris.enter(url, 'hidden');
      await expectAllSeeAll([ada, boris], { timeout: 30_000 });
      const [pair] = await pairsOf(boris);
      assert.ok(pair);
      const offered = await boris.evaluate(() => window.__e2e.connections[0].localDescription.sdp);
      assert.match(offered, /a=candidate:.*\.local /, 'the addresses were hidden');
      assert.doesNotMatch(offered, /a=candidate:.* (\d+\.){3}\d+ \d+ typ host/);
    },
    { quick: false },
  );

  scenario(
    'meets two Chromiums in a mesh',
    async (stage) => {
      const small = { viewport: { width: 720, height: 480 } };
      const { url } = await stage.server();
      const people = [await stage.chromium(small), await stage.firefox(small), await stage.chromium(small)];
      for (const person of people) await person.enter(url, 'three');
      await expectAllSeeAll(people, { timeout: 40_000 });
    },
    { quick: false, seconds: 150 },
  );
});
