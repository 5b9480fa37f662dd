/**
 * Two people behind routers and firewalls of every kind, each call once from browser to browser and once through the server.
 * Each prints the pair of candidates that was chosen at either side, and how long the connection took.
 */
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { Capture } from '../kit/capture.mjs';
import { Lab } from '../kit/lab.mjs';
import { noFirewalls } from '../kit/network.mjs';
import { expectAllSeeAll, expectTone, pairsOf, participantOf } from '../kit/observe.mjs';
import { scenario } from '../kit/stage.mjs';
import { mediaPort } from '../kit/through-server.mjs';
import { until } from '../kit/wait.mjs';

const TURN = 3478;
const DNS = 53;
/** Chromium looks for its maker, whatever the page. */
const BROWSERS_OWN = /(^|\.)(google|googleapis|gvt1|gstatic)\.com$/;
const MESH = { topology: 'mesh' };
const SFU = { topology: 'sfu' };
/** Four small pictures a call: two cores hold it. */
const SECONDS = 120;

const words = ({ candidateType, protocol, address, port, relayProtocol }) =>
  `${candidateType} ${protocol} ${address}:${port}${relayProtocol ? ` (reached by ${relayProtocol})` : ''}`;

/** The one pair of each, once both are connected. */
async function pairOf(person) {
  const [pair] = await until(`one connection at ${person.name}`, async () => {
    const pairs = await pairsOf(person);
    return pairs.length === 1 && pairs[0].connectMs !== null && pairs;
  });
  return pair;
}

/**
 * Ada and Boris in one room.
 *
 * @param {object} query of both pages
 * @param {{queries?: object[], ready?: (lab: Lab) => Promise<void>}} [more] of each one's page; to be done before they come
 * @returns {Promise<{lab: Lab, server: object, people: object[]}>}
 */
async function meet(stage, { ada, boris, server = { ip: 46 }, flags = [] }, query, { queries = [], ready } = {}) {
  const lab = new Lab({ server, ada, boris });
  stage.onClose(() => lab.remove());
  await ready?.(lab);
  const host = lab.hosts.server;
  const only443 = [ada, boris].some(({ wall }) => wall === 'only-443');
  const ports = only443 ? ['--https-port', '443'] : [];
  const stoa = await stage.server({ namespace: host.namespace, flags: ['--open', ...ports, ...flags] });
  const origin = (to) => (only443 ? `https://${to}` : `http://${to}:${stoa.port}`);
  const urls = [lab.hosts.ada, lab.hosts.boris].map(({ ipv4 }) => origin(ipv4 ? host.outer : `[${host.outer6}]`));
  const people = await Promise.all(
    [lab.hosts.ada, lab.hosts.boris].map(({ namespace }, index) =>
      stage.chromium({
        namespace,
        // A camera needs a secure page; TURN over TLS a certificate that the browser takes.
        flags: [`--unsafely-treat-insecure-origin-as-secure=${urls[index]}`, '--ignore-certificate-errors'],
      }),
    ),
  );
  for (const [index, person] of people.entries()) await person.enter(urls[index], 'lab', { ...query, ...queries[index] });
  return { lab, server: stoa, people };
}

/** @returns {Promise<object[]>} each one's pair */
async function report(t, people) {
  const pairs = await Promise.all(people.map(pairOf));
  for (const [index, { local, remote, connectMs }] of pairs.entries()) {
    t.diagnostic(`${people[index].name}: ${words(local)} -> ${words(remote)}, connected in ${connectMs} ms`);
  }
  return pairs;
}

const isRelayed = ({ local, remote }) => local.candidateType === 'relay' || remote.candidateType === 'relay';

/** At the server's media port, straight. */
function expectStraight(pairs, lab, server, protocol = 'udp') {
  for (const { local, remote } of pairs) {
    assert.notEqual(local.candidateType, 'relay');
    assert.deepEqual([remote.protocol, remote.port], [protocol, mediaPort(server)]);
    assert.ok(lab.hosts.server.addresses.includes(remote.address.replace(/^\[|\]$/g, '')), remote.address);
  }
}

/**
 * @typedef {object} Case
 * @property {string} title
 * @property {import('../kit/lab.mjs').HostOptions} ada
 * @property {import('../kit/lab.mjs').HostOptions} boris
 * @property {(pairs: object[]) => void} direct judges the pairs of a call from browser to browser
 * @property {(pairs: object[], lab: Lab, server: object) => void} through judges those of one through the server
 * @property {('direct' | 'through')[]} [quick] what every run plays
 */

/** @type {Case[]} */
const CASES = [
  {
    title: 'full cone and full cone',
    ada: { behind: 'full-cone' },
    boris: { behind: 'full-cone' },
    quick: ['direct'],
    direct: (pairs) => assert.ok(!pairs.some(isRelayed), 'no relay is needed'),
    through: expectStraight,
  },
  {
    title: 'port-restricted and symmetric',
    ada: { behind: 'port-restricted' },
    boris: { behind: 'symmetric' },
    direct: (pairs) => assert.ok(pairs.every(isRelayed), 'nothing else can work'),
    through: expectStraight,
  },
  {
    title: 'symmetric and symmetric',
    ada: { behind: 'symmetric' },
    boris: { behind: 'symmetric' },
    direct: (pairs) => {
      assert.ok(pairs.every(isRelayed), 'nothing else can work');
      for (const { local } of pairs) assert.ok([undefined, 'udp'].includes(local.relayProtocol), 'by UDP');
    },
    through: expectStraight,
  },
  {
    title: 'no UDP at one',
    ada: { behind: 'port-restricted', wall: 'no-udp' },
    boris: { behind: 'port-restricted' },
    direct: ([ada]) => assert.deepEqual([ada.local.candidateType, ada.local.relayProtocol], ['relay', 'tcp']),
    through: ([ada, boris], lab, server) => {
      expectStraight([ada], lab, server, 'tcp');
      expectStraight([boris], lab, server);
    },
  },
  {
    title: 'nothing but port 443 at both',
    ada: { behind: 'port-restricted', wall: 'only-443' },
    boris: { behind: 'port-restricted', wall: 'only-443' },
    direct: expectTlsOn443,
    through: expectTlsOn443,
  },
  {
    title: 'IPv6 alone and IPv4 alone',
    ada: { ip: 6 },
    boris: { ip: 4, behind: 'port-restricted' },
    direct: (pairs) => assert.ok(pairs.every(isRelayed), 'somebody must translate'),
    through: ([ada, boris], lab, server) => {
      expectStraight([ada, boris], lab, server);
      assert.match(ada.remote.address, /:/);
      assert.doesNotMatch(boris.remote.address, /:/);
    },
  },
];

function expectTlsOn443(pairs) {
  for (const { local } of pairs) {
    assert.deepEqual([local.candidateType, local.relayProtocol], ['relay', 'tls']);
    assert.match(local.url, /^turns:[^?]*:443\b/);
  }
}

for (const { title, direct, through, quick = [], ...hosts } of CASES) {
  describe(`behind ${title}`, () => {
    scenario(
      'two people meet directly, or by a relay',
      async (stage, t) => {
        const { people } = await meet(stage, hosts, MESH);
        await expectAllSeeAll(people, { timeout: 40_000 });
        direct(await report(t, people));
      },
      { quick: quick.includes('direct'), seconds: SECONDS, skip: noFirewalls() },
    );

    scenario(
      'two people meet through the server',
      async (stage, t) => {
        const { people, lab, server } = await meet(stage, hosts, SFU);
        await expectAllSeeAll(people, { timeout: 40_000 });
        through(await report(t, people), lab, server);
      },
      { quick: quick.includes('through'), seconds: SECONDS, skip: noFirewalls() },
    );
  });
}

describe('a server whose address is translated one to one', () => {
  scenario(
    'is found behind its outer address, told with --host, by people behind translators of their own',
    async (stage, t) => {
      const server = { behind: 'one-to-one' };
      const hosts = { ada: { behind: 'symmetric' }, boris: { behind: 'port-restricted' }, server, flags: ['--host', '11.1.0.2'] };
      const { people, lab, server: stoa } = await meet(stage, hosts, SFU);
      await expectAllSeeAll(people, { timeout: 40_000 });
      const pairs = await report(t, people);
      expectStraight(pairs, lab, stoa);
      for (const { remote } of pairs) assert.equal(remote.address, lab.hosts.server.outer);
    },
    { quick: false, seconds: SECONDS, skip: noFirewalls() },
  );
});

describe('a poor link', () => {
  for (const [what, poor] of Object.entries({ 'that loses 5 %': { loss: 5 }, 'of 500 kbit/s': { rate: '500kbit' } })) {
    for (const [how, query] of Object.entries({ 'from browser to browser': MESH, 'through the server': SFU })) {
      scenario(
        `${what} still carries sound ${how}`,
        async (stage, t) => {
          const hosts = { ada: { behind: 'full-cone', ...poor }, boris: { behind: 'full-cone' } };
          const { people } = await meet(stage, hosts, query);
          const [ada, boris] = people;
          await expectTone(boris, await participantOf(boris, ada), ada.sender.hz, { timeout: 40_000, reads: 8 });
          await expectTone(ada, await participantOf(ada, boris), boris.sender.hz, { timeout: 40_000, reads: 8 });
          await report(t, people);
        },
        { quick: false, seconds: SECONDS, skip: noFirewalls() },
      );
    }
  }
});

describe('a call by relays alone', () => {
  for (const [how, query] of Object.entries({ 'from browser to browser': MESH, 'through the server': SFU })) {
    scenario(
      `tells nobody where its caller is, ${how}`,
      async (stage, t) => {
        let capture;
        const hosts = { ada: { behind: 'port-restricted' }, boris: { behind: 'port-restricted' } };
        const { people, lab, server } = await meet(stage, hosts, query, {
          // Ada hides.
          queries: [{ relay: '1' }, {}],
          ready: async (made) => {
            capture = await Capture.begin(made.hosts.ada);
            stage.onClose(() => capture.kill());
          },
        });
        const [ada, boris] = people;
        await expectAllSeeAll(people, { timeout: 40_000 });
        const [hers, his] = await report(t, people);
        assert.equal(hers.local.candidateType, 'relay');
        await until('enough media to look at', async () => (await pairsOf(ada))[0].bytesReceived > 200_000, { timeout: 30_000 });
        if (query === MESH) assert.equal(his.remote.candidateType, 'relay');

        const { own, outer } = lab.hosts.ada;
        const told = await boris.evaluate(() => window.__e2e.heard);
        assert.ok(told.some((text) => text.includes('candidate')), 'candidates were told');
        const stats = JSON.stringify(await boris.evaluate(() => window.__e2e.see.dump()));
        const sent = JSON.stringify(
          await ada.evaluate(() => window.__e2e.connections.map((each) => each.localDescription?.sdp ?? '')),
        );
        for (const address of [own, outer]) {
          for (const [where, text] of Object.entries({ signaling: told.join('\n'), stats, sent })) {
            assert.ok(!text.includes(address), `${address} in ${where}`);
          }
        }
        await ada.page.goto('about:blank');
        const { packets, names } = await capture.end();
        for (const name of names) assert.match(name, BROWSERS_OWN, 'the page asks DNS for nothing');
        const elsewhere = packets.filter(({ from, to, fromPort, toPort, what }) => {
          const [other, port] = from === own ? [to, toPort] : [from, fromPort];
          if (other === lab.hosts.server.outer) return ![server.port, TURN].includes(port);
          // The browser's own questions, which nobody answers here; and the kernel's reports to its own link, without a
          // word of the browser's behind them.
          return port !== DNS && what !== 'ICMP' && what !== 'igmp';
        });
        assert.deepEqual(elsewhere.slice(0, 5), [], 'nothing went elsewhere: no mDNS, no STUN, no media');
        const relayed = packets.filter(({ fromPort, toPort }) => [fromPort, toPort].includes(TURN)).length;
        assert.ok(relayed > 100, `media went by the relay: ${relayed} packets`);
        t.diagnostic(`${packets.length} packets of ${own}, ${relayed} of them to the relay; DNS of the browser's own: ${names.join(' ')}`);
      },
      { quick: false, seconds: SECONDS, skip: noFirewalls() },
    );
  }
});
