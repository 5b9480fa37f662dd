/** Calls through the server: everybody sends once and receives the others from it. */
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import {
  countsOf, expectAllSeeAll, expectAvatar, expectGone, expectMuteBadge, expectNoPicture, expectNoTone, expectPicture,
  expectTone, pairsOf, participantOf,
} from '../kit/observe.mjs';
import { SHARE_FLAGS, openScreen } from '../kit/screen-page.mjs';
import { scenario } from '../kit/stage.mjs';
import { SFU, expectThroughServer, mediaPort } from '../kit/through-server.mjs';
import { until } from '../kit/wait.mjs';

const small = { viewport: { width: 640, height: 420 } };
const SCREEN_ID = 0x6b;
/** What browsers themselves write when a server is not there. */
const OUTAGE = [/WebSocket connection to/, /ERR_CONNECTION_REFUSED/, /Failed to load resource/, /can.t establish a connection/];

async function expectTopology(person, topology, timeout = 15_000) {
  await until(
    `${person.name} in ${topology}`,
    () => person.evaluate((wanted) => document.querySelector(`[data-topology="${wanted}"]`) !== null, topology),
    { timeout },
  );
}

async function meet(stage, room, count, query = SFU, open = () => stage.chromium(small), options = {}) {
  const server = await stage.server(options);
  const people = [];
  for (let n = 0; n < count; n++) {
    const person = await open(n);
    people.push(person);
    await person.enter(server.url, room, query);
  }
  return { server, people };
}

/** What stays the same as long as nobody has to begin again. */
async function callOf(people) {
  const ids = await Promise.all(people.map((person, n) => participantOf(people[(n + 1) % people.length], person)));
  const counts = await Promise.all(people.map(countsOf));
  const ufrags = await Promise.all(
    people.map((person) =>
      person.evaluate(() => /a=ice-ufrag:(.*)/.exec(window.__e2e.connections.at(-1).currentRemoteDescription.sdp)[1].trim()),
    ),
  );
  return {
    ids,
    ufrags,
    created: counts.map(({ created }) => created),
    offers: counts.map(({ setLocalDescription }) => setLocalDescription),
  };
}

describe('a call through the server', () => {
  scenario(
    'carries four: twelve pictures and tones over one connection each, and goes on as three',
    async (stage) => {
      // What a browser sends comes to one of two loops, and the room is on one: half of it crosses over.
      const { server, people } = await meet(stage, 'four', 4, SFU, undefined, { flags: ['--media-loops', '2'] });
      await expectAllSeeAll(people, { timeout: 40_000 });
      for (const person of people) await expectThroughServer(person, server);
      const [leaving, ...staying] = people;
      await leaving.click('leave');
      for (const person of staying) await expectGone(person, leaving);
      await expectAllSeeAll(staying);
    },
    { seconds: 180 },
  );

  scenario('has the buttons of any call: mute, camera, screen, a late third person, a reload', async (stage) => {
    const server = await stage.server();
    const [ada, boris] = await Promise.all([stage.chromium({ flags: SHARE_FLAGS }), stage.chromium(small)]);
    await Promise.all([ada.enter(server.url, 'buttons', SFU), boris.enter(server.url, 'buttons', SFU)]);
    await expectAllSeeAll([ada, boris]);
    const id = await participantOf(boris, ada);

    await ada.click('toggle-mic');
    await expectMuteBadge(boris, id, true);
    await expectNoTone(boris, id, ada.sender.hz);
    await ada.click('toggle-mic');
    await expectTone(boris, id, ada.sender.hz);

    await ada.click('toggle-camera');
    await expectAvatar(boris, id);
    await expectNoPicture(boris, id);
    await ada.click('toggle-camera');
    await expectPicture(boris, id, ada.sender.id);

    await openScreen(ada, SCREEN_ID);
    await ada.click('share-screen');
    await expectPicture(boris, await participantOf(boris, ada, { source: 'screen' }), SCREEN_ID, { source: 'screen' });
    await expectPicture(boris, id, ada.sender.id);

    const chiara = await stage.chromium(small);
    await chiara.enter(server.url, 'buttons', SFU);
    await expectAllSeeAll([ada, boris, chiara], { timeout: 30_000 });
    await expectPicture(chiara, await participantOf(chiara, ada, { source: 'screen' }), SCREEN_ID, { source: 'screen' });

    await boris.reload();
    await boris.waitForShown('[data-testid="join"], [data-testid="leave"]');
    if (await boris.shows('[data-testid="join"]')) await boris.join();
    await expectAllSeeAll([ada, boris, chiara], { timeout: 30_000 });
    for (const person of [ada, boris, chiara]) await expectThroughServer(person, server);
  });

  scenario('begins by itself with the third person and ends with two, pictures throughout', async (stage) => {
    const { server, people } = await meet(stage, 'auto', 2, {});
    const [ada, boris] = people;
    await expectAllSeeAll(people);
    await expectTopology(ada, 'mesh');

    const chiara = await stage.chromium(small);
    await chiara.enter(server.url, 'auto');
    for (const person of [...people, chiara]) await expectTopology(person, 'sfu');
    await expectAllSeeAll([...people, chiara], { timeout: 30_000 });
    for (const person of [...people, chiara]) await expectThroughServer(person, server);

    await chiara.click('leave');
    await expectGone(ada, chiara);
    for (const person of people) await expectTopology(person, 'mesh', 30_000);
    await expectAllSeeAll(people);
    const [pair] = await until('one connection with each other', async () => {
      const pairs = await pairsOf(ada);
      return pairs.length === 1 && pairs[0].remote.port !== mediaPort(server) ? pairs : null;
    });
    assert.notEqual(pair.remote.port, mediaPort(server));
    await expectTone(boris, await participantOf(boris, ada), ada.sender.hz);
  });

  scenario('joins Chromium and Firefox', async (stage) => {
    const { server, people } = await meet(stage, 'mixed', 3, SFU, (n) => (n === 1 ? stage.firefox(small) : stage.chromium(small)));
    await expectAllSeeAll(people, { timeout: 40_000 });
    for (const person of people) await expectThroughServer(person, server);
  });

  scenario('outlives ICE restarts of both browsers: other ports, the same PeerConnections', async (stage) => {
    const { server, people } = await meet(stage, 'ice', 2, SFU, (n) => (n === 1 ? stage.firefox(small) : stage.chromium(small)));
    await expectAllSeeAll(people, { timeout: 30_000 });
    const before = await callOf(people);
    for (const [n, person] of people.entries()) {
      const pair = await expectThroughServer(person, server);
      await person.evaluate(() => window.__e2e.connections.at(-1).restartIce());
      // Every generation of candidates has ports of its own.
      await until(`another port of ${person.name}`, async () => {
        const now = await expectThroughServer(person, server);
        return now.local.port !== pair.local.port;
      });
      await expectAllSeeAll(people);
      assert.equal((await countsOf(person)).iceRestarts, 1);
      assert.notEqual((await callOf(people)).ufrags[n], before.ufrags[n]);
    }
    const after = await callOf(people);
    assert.deepEqual(after.ids, before.ids, 'the same participants');
    assert.deepEqual(after.created, before.created, 'the PeerConnections are the same ones');
  });

  scenario('does not notice that signaling is lost and resumed', async (stage) => {
    const { server, people } = await meet(stage, 'resume', 2);
    await expectAllSeeAll(people);
    const before = await callOf(people);
    for (const person of people) {
      const pair = await expectThroughServer(person, server);
      const sockets = await person.evaluate(() => {
        window.__e2e.sockets.at(-1).close();
        return window.__e2e.sockets.length;
      });
      await until(`signaling of ${person.name} by another connection`, () =>
        person.evaluate((n) => window.__e2e.sockets.length > n && window.__e2e.sockets.at(-1).readyState === 1, sockets),
      );
      await expectAllSeeAll(people);
      const { local, bytesReceived } = await expectThroughServer(person, server);
      assert.deepEqual(local, pair.local);
      assert.ok(bytesReceived > pair.bytesReceived, 'counted on');
    }
    assert.deepEqual(await callOf(people), before, 'the same participants and connections; nothing was negotiated');

    // What is said by the new connections arrives.
    const [ada, boris] = people;
    await ada.click('toggle-camera');
    await expectAvatar(boris, await participantOf(boris, ada));
    await ada.click('toggle-camera');
    await expectAllSeeAll(people);
  });

  scenario('comes back by itself when the server is restarted under it', async (stage) => {
    const { server, people } = await meet(stage, 'restart', 3);
    for (const person of people) person.allowErrors(...OUTAGE);
    await expectAllSeeAll(people, { timeout: 30_000 });
    await server.stop('SIGTERM');
    await server.start();
    await expectAllSeeAll(people, { timeout: 40_000 });
    for (const person of people) await expectThroughServer(person, server);
  });
});
