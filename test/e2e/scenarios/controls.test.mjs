/** The buttons of a call: what the others notice of them. */
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import {
  countsOf, expectAllSeeAll, expectAvatar, expectMuteBadge, expectNoPicture, expectNoTone, expectPicture, expectTone,
  participantOf,
} from '../kit/observe.mjs';
import { scenario } from '../kit/stage.mjs';
import { until } from '../kit/wait.mjs';

const pressed = (person, id) =>
  person.evaluate((s) => document.querySelector(`[data-testid="${s}"]`).getAttribute('aria-pressed'), id);

async function two(stage, room, options) {
  const { url } = await stage.server();
  const [ada, boris] = await Promise.all([stage.chromium(options), stage.chromium()]);
  await Promise.all([ada.enter(url, room), boris.enter(url, room)]);
  await expectAllSeeAll([ada, boris]);
  return { ada, boris, url };
}

describe('the controls', () => {
  scenario('mute: the tone goes, a badge comes, and back', async (stage) => {
    const { ada, boris } = await two(stage, 'mute');
    const id = await participantOf(boris, ada);
    await expectMuteBadge(boris, id, false);
    assert.equal(await pressed(ada, 'toggle-mic'), 'true');

    await ada.click('toggle-mic');
    await expectMuteBadge(boris, id, true);
    await expectNoTone(boris, id, ada.sender.hz);
    assert.equal(await pressed(ada, 'toggle-mic'), 'false');
    await expectPicture(boris, id, ada.sender.id);

    await ada.click('toggle-mic');
    await expectMuteBadge(boris, id, false);
    await expectTone(boris, id, ada.sender.hz);
  });

  scenario('camera off: no frames, an avatar in their place, and back', async (stage) => {
    const { ada, boris } = await two(stage, 'camera');
    const id = await participantOf(boris, ada);

    await ada.click('toggle-camera');
    await expectAvatar(boris, id);
    await expectNoPicture(boris, id);
    await expectTone(boris, id, ada.sender.hz);
    assert.equal(await pressed(ada, 'toggle-camera'), 'false');

    await ada.click('toggle-camera');
    await expectPicture(boris, id, ada.sender.id);
    await expectTone(boris, id, ada.sender.hz);
  });

  scenario('switches off in the lobby are off in the call', async (stage) => {
    const { url } = await stage.server();
    const [ada, boris] = await Promise.all([stage.chromium(), stage.chromium()]);
    await boris.enter(url, 'shy');
    await ada.openLobby(url, 'shy');
    await ada.click('toggle-mic');
    await ada.click('toggle-camera');
    await ada.join();
    const id = await participantOf(boris, ada);
    await expectMuteBadge(boris, id, true);
    await expectAvatar(boris, id);
    await expectNoTone(boris, id, ada.sender.hz);

    await ada.click('toggle-camera');
    await expectPicture(boris, id, ada.sender.id);
    await ada.click('toggle-mic');
    await expectTone(boris, id, ada.sender.hz);
  });

  scenario('another microphone and camera come without a negotiation', async (stage) => {
    const otherId = 0x93;
    const { ada, boris } = await two(stage, 'devices', { secondCamera: otherId });
    const id = await participantOf(boris, ada);
    const trackIds = () =>
      ada.evaluate(() =>
        window.__e2e.connections[0].getSenders().flatMap(({ track }) => (track ? [`${track.kind} ${track.id}`] : [])),
      );
    const [countsBefore, hisBefore, tracksBefore] = [await countsOf(ada), await countsOf(boris), await trackIds()];

    await chooseOther(ada, 'camera');
    await chooseOther(ada, 'microphone');
    await until('tracks of the other devices', async () => {
      const now = await trackIds();
      return now.length === tracksBefore.length && now.every((track) => !tracksBefore.includes(track));
    });
    await until('the other camera at Boris', async () => {
      const picture = await boris.evaluate((p) => window.__e2e.see.picture(p, 'camera'), id);
      return picture.id === otherId;
    });
    await expectPicture(boris, id, otherId);
    await expectTone(boris, id, ada.sender.hz);
    assert.deepEqual(await countsOf(ada), countsBefore);
    assert.deepEqual(await countsOf(boris), hisBefore);
  });

  scenario('one person large, full screen and picture in picture, with the right picture throughout', async (stage) => {
    const { ada, boris } = await two(stage, 'views');
    const id = await participantOf(ada, boris);
    const own = '[data-testid="tile"]:has([data-testid="local-video"])';
    const isOwnLarger = () =>
      ada.evaluate(
        ([mine, his]) => {
          const area = (selector) => document.querySelector(selector).clientWidth * document.querySelector(selector).clientHeight;
          return area(mine) > area(his);
        },
        [own, `[data-testid="tile"]:has([data-participant="${id}"])`],
      );

    // Of two, the other is the large one already.
    assert.equal(await isOwnLarger(), false);
    await ada.clickOn(`${own} button[aria-label="Show You large"]`);
    await until('herself large', isOwnLarger);
    await expectPicture(ada, id, boris.sender.id);
    await ada.clickOn(`${own} button[aria-label="Show everyone alike"]`);
    await until('him large again', async () => !(await isOwnLarger()));

    await ada.press('f');
    await until('full screen', () => ada.evaluate(() => document.fullscreenElement !== null));
    await expectPicture(ada, id, boris.sender.id);
    await ada.press('f');
    await until('no full screen', () => ada.evaluate(() => document.fullscreenElement === null));

    await ada.clickOn('button[aria-label="More"]');
    await ada.clickOn('[role="menuitem"]:has-text("Picture in picture")');
    const shown = await until('picture in picture', () =>
      ada.evaluate(() => document.pictureInPictureElement?.dataset.participant ?? null),
    );
    assert.equal(shown, id);
    await expectPicture(ada, id, boris.sender.id);
  });

  scenario('copy link gives a link that leads into the room', async (stage) => {
    const { ada, url } = await two(stage, 'link & co');
    await ada.clickOn('button[aria-label="Copy link"]');
    const link = await until('a link in the clipboard', async () => {
      const copy = await ada.evaluate(() => navigator.clipboard.readText());
      return copy.startsWith('http') ? copy : null;
    });
    const parsed = new URL(link);
    assert.equal(decodeURIComponent(parsed.pathname), '/r/link & co');
    assert.equal(parsed.searchParams.get('name'), null, 'my name is not in the link');

    const chiara = await stage.chromium();
    const here = new URL(url);
    // The network address need not be reachable from this machine; the rest of the link must do.
    parsed.protocol = here.protocol;
    parsed.host = here.host;
    await chiara.goto(parsed.href);
    await chiara.waitForShown('[data-testid="display-name"]');
    await chiara.fill('display-name', chiara.name);
    await chiara.join();
    await participantOf(ada, chiara);
  });
});

/** Picks the device that is not chosen. */
async function chooseOther(person, kind) {
  await person.clickOn(`button[aria-label="Choose ${kind}"]`);
  await person.clickOn('[role^="menuitem"][aria-checked="false"]');
}
