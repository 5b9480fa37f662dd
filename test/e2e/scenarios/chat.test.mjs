/** Text: over the data channel, and over the server where there is none. */
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { expectAllSeeAll } from '../kit/observe.mjs';
import { scenario } from '../kit/stage.mjs';
import { until } from '../kit/wait.mjs';
import { openChat, say, seesMessage } from '../kit/chat.mjs';

describe('the chat', () => {
  scenario('goes both ways over the data channel, each message once, markup as text', async (stage) => {
    const { url } = await stage.server();
    const [ada, boris] = await Promise.all([stage.chromium(), stage.chromium()]);
    await Promise.all([ada.enter(url, 'talk'), boris.enter(url, 'talk')]);
    await expectAllSeeAll([ada, boris]);
    await Promise.all([openChat(ada), openChat(boris)]);
    const sentByServer = await watchSockets([ada, boris]);

    await say(ada, 'Hello from Ada, in one line');
    await seesMessage(boris, 'Hello from Ada, in one line');
    await say(boris, 'and <img src=x onerror="document.title=1"> from Boris 👋🏽 שלום');
    await seesMessage(ada, 'and <img src=x onerror="document.title=1"> from Boris 👋🏽 שלום');
    for (const person of [ada, boris]) {
      const messages = await person.texts('[data-testid="chat-message"]');
      assert.equal(messages.length, 2, `${person.name} shows ${JSON.stringify(messages)}`);
    }
    const overServer = (await sentByServer()).filter((message) => /"chat"/.test(message));
    assert.deepEqual(overServer, [], 'chat went over the server although the data channel is open');
  });

  scenario('goes over the server when the data channel is gone', async (stage) => {
    const { url } = await stage.server();
    const [ada, boris] = await Promise.all([stage.chromium(), stage.chromium()]);
    await Promise.all([ada.enter(url, 'fallback'), boris.enter(url, 'fallback')]);
    await expectAllSeeAll([ada, boris]);
    await Promise.all([openChat(ada), openChat(boris)]);
    await say(ada, 'first');
    await seesMessage(boris, 'first');

    await ada.evaluate(() => window.__e2e.channels.forEach((channel) => channel.close()));
    await until('closed channels at the other side', () =>
      boris.evaluate(() => window.__e2e.channels.every(({ readyState }) => readyState === 'closed')),
    );
    await say(ada, 'second');
    await seesMessage(boris, 'second');
    await say(boris, 'third');
    await seesMessage(ada, 'third');
    for (const person of [ada, boris]) {
      assert.equal((await person.texts('[data-testid="chat-message"]')).length, 3);
    }
  });
});

/** @returns {Promise<() => Promise<string[]>>} gives the text frames that came over the WebSocket since */
async function watchSockets(people) {
  for (const person of people) {
    await person.evaluate(() => {
      window.__e2e.frames = [];
      for (const socket of window.__e2e.sockets) {
        socket.addEventListener('message', ({ data }) => window.__e2e.frames.push(data));
      }
    });
  }
  return async () => (await Promise.all(people.map((p) => p.evaluate(() => window.__e2e.frames)))).flat();
}
