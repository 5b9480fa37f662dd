/** The server goes away under a running call: the call stays, and signaling comes back. */
import { describe } from 'node:test';
import { openChat, say, seesMessage } from '../kit/chat.mjs';
import {
  expectAllSeeAll, expectMuteBadge, expectNoTone, expectPicture, expectTone, participantOf,
} from '../kit/observe.mjs';
import { scenario } from '../kit/stage.mjs';
import { until } from '../kit/wait.mjs';

/** What browsers themselves write when a server is not there. */
const OUTAGE = [/WebSocket connection to/, /ERR_CONNECTION_REFUSED/, /Failed to load resource/, /can.t establish a connection/];
const small = { viewport: { width: 920, height: 520 } };

const openSocket = (person) =>
  until(`signaling of ${person.name}`, () => person.evaluate(() => window.__e2e.sockets.some((s) => s.readyState === 1)));

async function restartUnderCall(stage, signal) {
  const server = await stage.server();
  const [ada, boris] = await Promise.all([stage.chromium(small), stage.chromium(small)]);
  for (const person of [ada, boris]) person.allowErrors(...OUTAGE);
  await Promise.all([ada.enter(server.url, 'storm'), boris.enter(server.url, 'storm')]);
  await expectAllSeeAll([ada, boris]);
  const ids = { ada: await participantOf(boris, ada), boris: await participantOf(ada, boris) };
  const createdBefore = await ada.evaluate(() => window.__e2e.counts.created);
  await Promise.all([openChat(ada), openChat(boris)]);

  await server.stop(signal);
  await until('the page noticing', () =>
    ada.evaluate(() => window.__e2e.sockets.every(({ readyState }) => readyState !== 1)),
  );
  await expectPicture(ada, ids.boris, boris.sender.id, { reads: 12 });
  await expectPicture(boris, ids.ada, ada.sender.id, { reads: 12 });
  await expectTone(boris, ids.ada, ada.sender.hz);
  await say(ada, 'no server now');
  await seesMessage(boris, 'no server now');
  await ada.click('toggle-mic');
  await expectNoTone(boris, ids.ada, ada.sender.hz);

  await server.start();
  await Promise.all([openSocket(ada), openSocket(boris)]);
  // The same participants on the same connections.
  if ((await participantOf(boris, ada)) !== ids.ada) throw new Error('Ada came back as somebody else');
  await expectMuteBadge(boris, ids.ada, true);
  await ada.click('toggle-mic');
  await expectMuteBadge(boris, ids.ada, false);
  await expectTone(boris, ids.ada, ada.sender.hz);
  await say(boris, 'the server is back');
  await seesMessage(ada, 'the server is back');
  const createdAfter = await ada.evaluate(() => window.__e2e.counts.created);
  if (createdAfter !== createdBefore) throw new Error(`${createdAfter - createdBefore} new PeerConnections`);

  const chiara = await stage.chromium(small);
  await chiara.enter(server.url, 'storm');
  await expectAllSeeAll([ada, boris, chiara], { timeout: 30_000 });
  return { server, ada, boris, chiara };
}

describe('a server that goes away', () => {
  scenario('killed: pictures go on, signaling resumes, somebody new can join', (stage) => restartUnderCall(stage, 'SIGKILL'));

  scenario('stopped in order: pictures go on, signaling resumes, somebody new can join', (stage) => restartUnderCall(stage, 'SIGTERM'), {
    quick: false,
  });

  scenario(
    'killed twice in a row: the call is still the same',
    async (stage) => {
      const { server, ada, boris, chiara } = await restartUnderCall(stage, 'SIGKILL');
      chiara.allowErrors(...OUTAGE);
      await server.restart('SIGKILL');
      await Promise.all([openSocket(ada), openSocket(boris), openSocket(chiara)]);
      await expectAllSeeAll([ada, boris, chiara], { timeout: 30_000 });
    },
    { quick: false, seconds: 180 },
  );
});
