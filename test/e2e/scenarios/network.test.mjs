/** The network between two people, and between them and the server. */
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { openChat, say, seesMessage } from '../kit/chat.mjs';
import { CableOfIpv6, OneToOneNat, TwoCables, noFirewalls, noNamespaces } from '../kit/network.mjs';
import {
  countsOf, expectAllSeeAll, expectMuteBadge, expectNoTone, expectPicture, expectTone, pairsOf, participantOf,
} from '../kit/observe.mjs';
import { scenario } from '../kit/stage.mjs';
import { SFU, expectThroughServer, mediaPort } from '../kit/through-server.mjs';
import { until } from '../kit/wait.mjs';

/** What a browser itself writes when a connection breaks. */
const OUTAGE = [/WebSocket connection to/, /net::ERR_/, /Failed to load resource/];
/** Pages off localhost may use a camera only by https, or when Chromium is told so. */
const trusting = (url) => ({ flags: [`--unsafely-treat-insecure-origin-as-secure=${url}`] });

/** One person beside the server, the other at the end of the cables, in a call through it. */
async function meetOverCables(stage, cables) {
  stage.onClose(() => cables.remove());
  const server = await stage.server({ namespace: cables.far, flags: ['--open'] });
  const nearUrl = `http://${cables.serverAddress}:${server.port}`;
  const [ada, boris] = await Promise.all([
    stage.chromium({ namespace: cables.near, ...trusting(nearUrl) }),
    stage.chromium({ namespace: cables.far }),
  ]);
  for (const person of [ada, boris]) person.allowErrors(...OUTAGE);
  await ada.enter(nearUrl, 'cables', SFU);
  await boris.enter(server.url, 'cables', SFU);
  await expectAllSeeAll([ada, boris], { timeout: 40_000 });
  return { server, ada, boris };
}

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

describe('a network between people and the server', () => {
  scenario(
    'may change under the call, by ICE restarts on the same connections',
    async (stage) => {
      const cables = new TwoCables();
      const { server, ada, boris } = await meetOverCables(stage, cables);
      const ids = [await participantOf(ada, boris), await participantOf(boris, ada)];
      const before = {
        local: (await expectThroughServer(ada, server)).local,
        created: await Promise.all([ada, boris].map(async (person) => (await countsOf(person)).created)),
      };

      cables.unplug(1);
      cables.plugIn(2);
      await expectAllSeeAll([ada, boris], { timeout: 60_000 });
      assert.deepEqual([await participantOf(ada, boris), await participantOf(boris, ada)], ids, 'the same participants');
      const after = await expectThroughServer(ada, server);
      assert.deepEqual([before.local.address, after.local.address], ['11.1.1.1', '11.1.2.1']);
      assert.ok((await countsOf(ada)).iceRestarts > 0, 'an ICE restart');
      const created = await Promise.all([ada, boris].map(async (person) => (await countsOf(person)).created));
      assert.deepEqual(created, before.created, 'the PeerConnections are the same ones');
    },
    { quick: false, seconds: 180, skip: noNamespaces() },
  );

  scenario(
    'may lose signaling alone: media goes on, and signaling takes up where it was',
    async (stage) => {
      const cables = new TwoCables();
      const { server, ada, boris } = await meetOverCables(stage, cables);
      const ids = { ada: await participantOf(boris, ada), boris: await participantOf(ada, boris) };
      const pair = await expectThroughServer(ada, server);
      const { created, setLocalDescription } = await countsOf(ada);

      cables.block('tcp');
      await until(
        'the page noticing',
        () => ada.evaluate(() => window.__e2e.sockets.every(({ readyState }) => readyState !== WebSocket.OPEN)),
        { timeout: 30_000 },
      );
      await expectPicture(ada, ids.boris, boris.sender.id, { reads: 12 });
      await expectPicture(boris, ids.ada, ada.sender.id, { reads: 12 });
      await expectTone(ada, ids.boris, boris.sender.hz);
      await ada.click('toggle-mic');
      await expectNoTone(boris, ids.ada, ada.sender.hz);
      await expectMuteBadge(boris, ids.ada, false);

      cables.unblock();
      await expectMuteBadge(boris, ids.ada, true, { timeout: 30_000 });
      await ada.click('toggle-mic');
      await expectAllSeeAll([ada, boris]);
      assert.equal(await participantOf(boris, ada), ids.ada, 'the same participant');
      assert.deepEqual((await expectThroughServer(ada, server)).local, pair.local);
      const counts = await countsOf(ada);
      assert.deepEqual([counts.created, counts.setLocalDescription], [created, setLocalDescription], 'nothing was negotiated');
    },
    { quick: false, seconds: 180, skip: noFirewalls() },
  );

  scenario(
    'may know no IPv4',
    async (stage) => {
      const cable = new CableOfIpv6();
      stage.onClose(() => cable.remove());
      const server = await stage.server({ namespace: cable.far, flags: ['--open'] });
      const nearUrl = `http://[${cable.serverAddress}]:${server.port}`;
      const [ada, boris] = await Promise.all([
        stage.chromium({ namespace: cable.near, ...trusting(nearUrl) }),
        stage.chromium({ namespace: cable.far }),
      ]);
      await ada.enter(nearUrl, 'six', SFU);
      await boris.enter(server.url, 'six', SFU);
      await expectAllSeeAll([ada, boris], { timeout: 40_000 });
      const { local, remote } = await expectThroughServer(ada, server);
      assert.deepEqual([local.address, remote.address].map(bare), [cable.nearAddress, cable.serverAddress]);
      assert.equal(remote.protocol, 'udp');
    },
    { quick: false, seconds: 120, skip: noNamespaces() },
  );

  scenario(
    'may translate the address of the server one to one, which is told it with --host',
    async (stage) => {
      const nat = new OneToOneNat();
      stage.onClose(() => nat.remove());
      const server = await stage.server({ namespace: nat.far, flags: ['--open', '--host', nat.outerAddress] });
      const url = `http://${nat.outerAddress}:${server.port}`;
      const people = [];
      for (let n = 0; n < 2; n++) people.push(await stage.chromium({ namespace: nat.near, ...trusting(url) }));
      for (const person of people) await person.enter(url, 'cloud', SFU);
      await expectAllSeeAll(people, { timeout: 40_000 });
      for (const person of people) {
        const { remote } = await expectThroughServer(person, server);
        assert.deepEqual(remote, { candidateType: 'host', protocol: 'udp', address: nat.outerAddress, port: mediaPort(server) });
        const answer = await person.evaluate(() => window.__e2e.connections.at(-1).currentRemoteDescription.sdp);
        assert.ok(!answer.includes(nat.innerAddress), 'nobody is told the inner address');
      }
    },
    { quick: false, seconds: 120, skip: noFirewalls() },
  );
});

/** An IPv6 address without the brackets that some browsers put around it. */
const bare = (address) => address.replace(/^\[|\]$/g, '');

describe('a firewall that lets no UDP through', () => {
  scenario(
    'is passed by TCP when the call goes through the server',
    async (stage) => {
      const cables = new TwoCables();
      cables.block('udp');
      const { ada } = await meetOverCables(stage, cables);
      const [pair] = await pairsOf(ada);
      assert.equal(pair.remote.protocol, 'tcp');
    },
    { quick: false, seconds: 120, skip: noFirewalls() },
  );
});
