/** The path between two people changes under the call. */
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { openChat, say, seesMessage } from '../kit/chat.mjs';
import { TwoCables, noFirewalls, noNamespaces } from '../kit/network.mjs';
import { countsOf, expectAllSeeAll, pairsOf } from '../kit/observe.mjs';
import { scenario } from '../kit/stage.mjs';

/** What a browser itself writes when a connection breaks. */
const OUTAGE = [/WebSocket connection to/, /net::ERR_/, /Failed to load resource/];

describe('a network change', () => {
  scenario(
    'ends in moving pictures on the new path, by an ICE restart on the same connection',
    async (stage) => {
      const cables = new TwoCables();
      stage.onClose(() => cables.remove());
      const server = await stage.server({ namespace: cables.far, flags: ['--open'] });
      const nearUrl = `http://${cables.serverAddress}:${server.port}`;
      const [ada, boris] = await Promise.all([
        stage.chromium({ namespace: cables.near, flags: [`--unsafely-treat-insecure-origin-as-secure=${nearUrl}`] }),
        stage.chromium({ namespace: cables.far }),
      ]);
      for (const person of [ada, boris]) person.allowErrors(...OUTAGE);
      await ada.enter(nearUrl, 'cables');
      await boris.enter(server.url, 'cables');
      await expectAllSeeAll([ada, boris]);
      const [before] = await pairsOf(ada);
      const created = (await countsOf(ada)).created;

      cables.unplug(1);
      cables.plugIn(2);
      await expectAllSeeAll([ada, boris], { timeout: 60_000 });
      const [after] = await pairsOf(ada);
      assert.notDeepEqual([after.local.address, after.local.port], [before.local.address, before.local.port]);
      assert.equal((await countsOf(ada)).created, created, 'the PeerConnection is the same one');
      const restarts = (await countsOf(ada)).iceRestarts + (await countsOf(boris)).iceRestarts;
      assert.ok(restarts > 0, 'an ICE restart');

      await Promise.all([openChat(ada), openChat(boris)]);
      await say(ada, 'on the other cable');
      await seesMessage(boris, 'on the other cable', { timeout: 30_000 });
    },
    { quick: false, seconds: 180, skip: noNamespaces() },
  );
});

describe('a firewall that lets no UDP through', () => {
  scenario(
    'is passed by TCP when the call goes through the server',
    async (stage) => {
      const cables = new TwoCables();
      stage.onClose(() => cables.remove());
      cables.blockUdp();
      const server = await stage.server({ namespace: cables.far, flags: ['--open'] });
      const nearUrl = `http://${cables.serverAddress}:${server.port}`;
      const [ada, boris] = await Promise.all([
        stage.chromium({ namespace: cables.near, flags: [`--unsafely-treat-insecure-origin-as-secure=${nearUrl}`] }),
        stage.chromium({ namespace: cables.far }),
      ]);
      await ada.enter(nearUrl, 'wall', { topology: 'sfu' });
      await boris.enter(server.url, 'wall', { topology: 'sfu' });
      await expectAllSeeAll([ada, boris], { timeout: 40_000 });
      const [pair] = await pairsOf(ada);
      assert.equal(pair.remote.protocol, 'tcp');
    },
    { quick: false, seconds: 120, skip: noFirewalls() },
  );
});
