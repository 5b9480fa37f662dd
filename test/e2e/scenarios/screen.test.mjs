/** Sharing a screen: a second picture beside the camera. */
import { describe } from 'node:test';
import { expectAllSeeAll, expectPicture, participantOf } from '../kit/observe.mjs';
import { SHARE_FLAGS, openScreen } from '../kit/screen-page.mjs';
import { scenario } from '../kit/stage.mjs';
import { until } from '../kit/wait.mjs';

const SCREEN_ID = 0x6b;

const screensAt = (person) =>
  person.evaluate(() => window.__e2e.see.remotes().filter(({ source }) => source === 'screen').length);

describe('a shared screen', () => {
  scenario('moves beside the camera, also for who comes later, and goes when it is stopped', async (stage) => {
    const { url } = await stage.server();
    const [ada, boris] = await Promise.all([stage.chromium({ flags: SHARE_FLAGS }), stage.chromium()]);
    await Promise.all([ada.enter(url, 'slides'), boris.enter(url, 'slides')]);
    await expectAllSeeAll([ada, boris]);
    await openScreen(ada, SCREEN_ID);

    await ada.click('share-screen');
    const id = await participantOf(boris, ada, { source: 'screen' });
    await expectPicture(boris, id, SCREEN_ID, { source: 'screen' });
    await expectPicture(boris, id, ada.sender.id);

    const chiara = await stage.chromium();
    await chiara.enter(url, 'slides');
    await expectPicture(chiara, await participantOf(chiara, ada, { source: 'screen' }), SCREEN_ID, { source: 'screen' });

    await ada.click('share-screen');
    await until('no screen any more', async () => (await screensAt(boris)) + (await screensAt(chiara)) === 0);
    await expectAllSeeAll([ada, boris, chiara]);

    await ada.click('share-screen');
    await expectPicture(boris, await participantOf(boris, ada, { source: 'screen' }), SCREEN_ID, { source: 'screen' });
  });

  scenario(
    'goes when the browser ends it',
    async (stage) => {
      const { url } = await stage.server();
      const [ada, boris] = await Promise.all([stage.chromium({ flags: SHARE_FLAGS }), stage.chromium()]);
      await Promise.all([ada.enter(url, 'ends'), boris.enter(url, 'ends')]);
      await expectAllSeeAll([ada, boris]);
      const tab = await openScreen(ada, SCREEN_ID);
      await ada.click('share-screen');
      await expectPicture(boris, await participantOf(boris, ada, { source: 'screen' }), SCREEN_ID, { source: 'screen' });
      await tab.close();
      await until('no screen any more', async () => (await screensAt(boris)) === 0);
      await expectAllSeeAll([ada, boris]);
    },
    { quick: false },
  );
});
