/** The pages around the call: home, lobby, explanations, keyboard. */
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { expectAvatar, expectMuteBadge, expectNoPicture, expectPicture, participantOf } from '../kit/observe.mjs';
import { scenario } from '../kit/stage.mjs';
import { until } from '../kit/wait.mjs';

/** What browsers reject getUserMedia with, and a word that a person needs to read then. */
const FAILURES = [
  ['NotAllowedError', 'Permission denied', /block|allow|permission|refus/i],
  ['NotAllowedError', 'Permission dismissed', /clos|dismiss|answer|again/i],
  ['NotAllowedError', 'Permission denied by system', /system|settings/i],
  ['NotFoundError', 'Requested device not found', /no camera|no microphone|not found|missing|connect|plug/i],
  ['NotReadableError', 'Could not start video source', /in use|another|program|used|busy/i],
  ['OverconstrainedError', '', /device|camera|choose|other/i],
  ['AbortError', 'Starting failed', /start|again|camera/i],
  ['SecurityError', 'not allowed', /allow|block|permission|browser/i],
  ['TypeError', 'nonsense', /again|camera|browser/i],
];

describe('the pages', () => {
  scenario('lead from home into a named room and into a new one', async (stage) => {
    const { url } = await stage.server();
    const ada = await stage.chromium();
    await ada.goto(`${url}/`);
    await ada.waitForShown('[data-testid="room-name"]');
    await ada.fill('room-name', '会議 & Ελλάδα');
    await ada.click('join');
    await ada.waitForShown('[data-testid="display-name"]');
    assert.equal(decodeURIComponent(new URL(ada.page.url()).pathname), '/r/会議 & Ελλάδα');
    await ada.waitForText(/会議 & Ελλάδα/);
    await ada.fill('display-name', 'Ada');
    await ada.join();

    await ada.goto(`${url}/`);
    await ada.clickOn('button:has-text("New room")');
    await ada.waitForShown('[data-testid="join"]');
    assert.match(new URL(ada.page.url()).pathname, /^\/r\/[^/]{4,}$/);
  });

  scenario('explain a room name that cannot be, and an address that leads nowhere', async (stage) => {
    const { url } = await stage.server();
    const ada = await stage.chromium();
    ada.allowErrors(/status of 404/);
    await ada.goto(`${url}/`);
    await ada.waitForShown('[data-testid="room-name"]');
    await ada.fill('room-name', 'x'.repeat(65));
    await ada.click('join');
    await ada.waitForText(/64/);
    await ada.fill('room-name', '   ');
    await ada.click('join');
    await until('still at home', () => new URL(ada.page.url()).pathname === '/');
    await ada.goto(`${url}/nowhere/at/all`);
    await ada.waitForText(/not|no page|nothing/i);
    await ada.goto(`${url}/r/${encodeURIComponent('x'.repeat(65))}`);
    await ada.waitForText(/name/i);
    assert.equal(await ada.shows('[data-testid="join"]'), false);
  });

  scenario('ask for a name before joining without one', async (stage) => {
    const { url } = await stage.server();
    const ada = await stage.chromium();
    await ada.goto(`${url}/r/agora`);
    await ada.waitForShown('[data-testid="join"]');
    await ada.fill('display-name', '   ');
    await ada.click('join');
    await until('a word about the name', () =>
      ada.evaluate(() => document.querySelector('[data-testid="display-name"]').getAttribute('aria-invalid') === 'true'),
    );
    assert.equal(await ada.shows('[data-testid="leave"]'), false);
    await ada.fill('display-name', 'Ada');
    await ada.join();
  });

  scenario(
    'explain each way in which the camera can fail, and let one join without',
    async (stage) => {
      const { url } = await stage.server();
      const [ada, boris] = await Promise.all([stage.chromium(), stage.chromium()]);
      await ada.page.addInitScript(() => {
        const failure = JSON.parse(sessionStorage.getItem('failure') ?? 'null');
        if (!failure || !navigator.mediaDevices) return;
        navigator.mediaDevices.getUserMedia = async () => {
          const [name, message] = failure;
          if (name === 'TypeError') throw new TypeError(message);
          const error =
            name === 'OverconstrainedError' ? new OverconstrainedError('deviceId', message) : new DOMException(message, name);
          throw error;
        };
      });
      await ada.goto(`${url}/`);
      const seen = [];
      for (const [name, message, words] of FAILURES) {
        await ada.evaluate((failure) => sessionStorage.setItem('failure', JSON.stringify(failure)), [name, message]);
        await ada.goto(`${url}/r/dark?name=Ada`);
        await ada.waitForShown('[role="status"], [role="alert"]', { what: `an explanation of ${name} (${message})` });
        const text = await ada.waitForText(words, { selector: 'main' });
        assert.doesNotMatch(text, new RegExp(`${name}|DOMException|undefined`), 'words for people');
        seen.push((await ada.texts('[role="status"], [role="alert"]')).join(' ').trim());
      }
      assert.ok(new Set(seen).size >= 5, `too few different explanations:\n${[...new Set(seen)].join('\n')}`);

      await boris.enter(url, 'dark');
      await ada.join();
      const id = await participantOf(boris, ada);
      await expectAvatar(boris, id);
      await expectMuteBadge(boris, id, true);
      await expectPicture(ada, await participantOf(ada, boris), boris.sender.id);
      await expectNoPicture(boris, id);
    },
    { seconds: 150 },
  );

  scenario('explain a page without https, where there is no camera at all', async (stage) => {
    const server = await stage.server({ flags: ['--open'] }); // A name that is not localhost would need a token.
    const [ada, boris] = await Promise.all([
      stage.chromium({ flags: ['--host-resolver-rules=MAP stoa.example 127.0.0.1'] }),
      stage.chromium(),
    ]);
    await boris.enter(server.url, 'plain');
    await ada.goto(`http://stoa.example:${server.port}/r/plain?name=Ada`);
    assert.equal(await ada.evaluate(() => window.isSecureContext), false);
    assert.equal(await ada.evaluate(() => typeof navigator.mediaDevices), 'undefined');
    await ada.waitForText(/https/i, { selector: 'main' });
    await ada.join();
    await expectPicture(ada, await participantOf(ada, boris), boris.sender.id);
    await expectAvatar(boris, await participantOf(boris, ada));
  });

  scenario('can be used with the keyboard alone', async (stage) => {
    const { url } = await stage.server();
    const [ada, boris] = await Promise.all([stage.chromium(), stage.chromium()]);
    await boris.enter(url, 'keys');
    await ada.goto(`${url}/`);
    await ada.waitForShown('[data-testid="room-name"]');
    await tabTo(ada, 'room-name');
    await ada.type('keys');
    await ada.press('Enter');
    await ada.waitForShown('[data-testid="display-name"]');
    await tabTo(ada, 'display-name');
    await ada.press('Control+A');
    await ada.type('Ada');
    await until('a live camera', () => ada.evaluate(() => document.querySelector('[data-testid="local-video"]')?.videoWidth > 0));
    await tabTo(ada, 'join');
    await ada.press('Enter');
    await ada.waitForShown('[data-testid="leave"]');
    const id = await participantOf(boris, ada);

    await tabTo(ada, 'toggle-mic');
    await ada.press('Enter');
    await expectMuteBadge(boris, id, true);
    await tabTo(ada, 'toggle-camera');
    await ada.press('Enter');
    await expectAvatar(boris, id);
    for (const control of ['share-screen', 'stats', 'leave']) await tabTo(ada, control);
    assert.equal(await ada.evaluate(() => document.activeElement.matches(':focus-visible')), true);
    await ada.press('Enter');
    await ada.waitForText(/left the call/i);
  });

  scenario('join by themselves with autojoin=1', async (stage) => {
    const { url } = await stage.server();
    const [ada, boris] = await Promise.all([stage.chromium(), stage.chromium()]);
    await boris.enter(url, 'auto');
    await ada.goto(`${url}/r/auto?name=Ada&autojoin=1`);
    await ada.waitForShown('[data-testid="leave"]');
    await expectPicture(boris, await participantOf(boris, ada), ada.sender.id);
    await expectPicture(ada, await participantOf(ada, boris), boris.sender.id);
  });
});

/** Presses Tab until the element of this data-testid has the focus. */
async function tabTo(person, id) {
  const trail = [];
  for (let presses = 0; presses < 60; presses++) {
    const focused = await person.evaluate(
      () => document.activeElement?.dataset?.testid ?? document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.tagName,
    );
    if (focused === id) return;
    trail.push(focused);
    await person.press('Tab');
  }
  throw new Error(`Tab never reaches ${id}: ${trail.slice(0, 30).join(', ')}`);
}
