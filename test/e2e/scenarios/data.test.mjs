/** Data through the server: chat, files and channels of an application, over SCTP. */
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { openChat, say, seesMessage } from '../kit/chat.mjs';
import { expectAllSeeAll } from '../kit/observe.mjs';
import { scenario } from '../kit/stage.mjs';
import { SFU, expectThroughServer } from '../kit/through-server.mjs';
import { until } from '../kit/wait.mjs';

const small = { viewport: { width: 900, height: 600 } };

async function meet(stage, room, open = () => stage.chromium(small)) {
  const server = await stage.server();
  const people = [await open(0), await open(1)];
  await Promise.all(people.map((person) => person.enter(server.url, room, SFU)));
  await expectAllSeeAll(people);
  await Promise.all(people.map((person) => expectThroughServer(person, server)));
  await Promise.all(people.map(openChat));
  return { server, people };
}

describe('data through the server', () => {
  scenario('carries the chat, and nothing of it goes by signaling', async (stage) => {
    const { people } = await meet(stage, 'chat');
    const [ada, boris] = people;
    const framesSent = await watchFrames(people);
    await say(ada, 'Hello through the server 👋🏽 שלום');
    await seesMessage(boris, 'Hello through the server 👋🏽 שלום');
    await say(boris, '<b>and back</b>');
    await seesMessage(ada, '<b>and back</b>');
    const chats = (await framesSent()).filter((frame) => /"chat"/.test(frame));
    assert.deepEqual(chats, [], 'chat went by signaling although the data channel is open');
  });
});

/** @returns {Promise<() => Promise<string[]>>} gives the text frames that came over the WebSocket since */
async function watchFrames(people) {
  for (const person of people) {
    await person.evaluate(() => {
      window.__e2e.frames = [];
      for (const socket of window.__e2e.sockets) {
        socket.addEventListener('message', ({ data }) => window.__e2e.frames.push(data));
      }
    });
  }
  return async () => (await Promise.all(people.map((person) => person.evaluate(() => window.__e2e.frames)))).flat();
}
