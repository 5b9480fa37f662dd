/** The STUN and TURN server: coturn's own tools against it, and calls that go by it alone. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { describe } from 'node:test';
import { TwoCables, noNamespaces } from '../kit/network.mjs';
import { expectAllSeeAll, pairsOf } from '../kit/observe.mjs';
import { FULL, scenario } from '../kit/stage.mjs';
import { SFU } from '../kit/through-server.mjs';
import { until } from '../kit/wait.mjs';

const PORT = '3478';
const TLS_PORT = '5349';
const PEER_PORT = '3480';
const FLAGS = ['--open', '--turn-port', PORT, '--turns-port', TLS_PORT, '--turn-user', 'ada:lovelace', '--turn-secret', 'shared'];
const USER = ['-u', 'ada', '-w', 'lovelace'];
const OUTAGE = [/WebSocket connection to/, /net::ERR_/, /Failed to load resource/];

/** A tool of coturn's, in a namespace. @returns {{child: object, done: Promise<{code: number, text: string}>}} */
function tool(namespace, name, ...words) {
  const child = spawn('ip', ['netns', 'exec', namespace, name, ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (more) => (text += more));
  return { child, done: new Promise((resolve) => child.once('exit', (code) => resolve({ code, text }))) };
}

/** The server at one end of a cable, and at the other its clients and an echo, whose address is public. */
async function relay(stage) {
  const cables = new TwoCables();
  stage.onClose(() => cables.remove());
  const server = await stage.server({ namespace: cables.far, flags: FLAGS });
  const echo = tool(cables.near, 'turnutils_peer', '-L', '11.1.1.1', '-p', PEER_PORT);
  stage.onClose(() => echo.child.kill('SIGKILL'));
  return { cables, server };
}

/** Sends by relays to the echo and back; nothing may be lost. */
async function expectNothingLost({ cables }, what, ...words) {
  const { code, text } = await tool(
    cables.near, 'turnutils_uclient', ...words, '-e', '11.1.1.1', '-r', PEER_PORT, cables.serverAddress,
  ).done;
  const said = `${what}:\n${text.split('\n').slice(-12).join('\n')}`;
  assert.equal(code, 0, said);
  assert.match(text, /Total lost packets 0 \(0\.0+%\), total send dropped 0/, said);
  const [, sent, received] = text.match(/tot_send_msgs=(\d+), tot_recv_msgs=(\d+)\s*\n(?![\s\S]*tot_send_msgs)/) ?? [];
  assert.ok(Number(sent) > 0 && sent === received, said);
}

describe("coturn's clients", () => {
  scenario(
    'lose nothing by any transport, with either kind of credential, by channels and by indications',
    async (stage) => {
      const given = await relay(stage);
      const some = ['-m', '4', '-n', '20', '-l', '200'];
      await expectNothingLost(given, 'UDP, channels', ...USER, ...some);
      await expectNothingLost(given, 'UDP, indications, time-limited credentials', '-s', '-u', 'joe', '-W', 'shared', ...some);
      await expectNothingLost(given, 'TCP, channels', '-t', ...USER, ...some);
      await expectNothingLost(given, 'TLS, channels', '-t', '-S', '-p', TLS_PORT, ...USER, ...some);
      if (!FULL) return;
      await expectNothingLost(given, 'UDP, time-limited credentials', '-u', 'joe', '-W', 'shared', ...some);
      await expectNothingLost(given, 'TCP, indications', '-t', '-s', ...USER, ...some);
      await expectNothingLost(given, 'TLS, indications', '-t', '-s', '-S', '-p', TLS_PORT, ...USER, ...some);
      await expectNothingLost(given, 'a hundred clients', ...USER, '-m', '100', '-n', '10');
    },
    { seconds: 240, skip: noNamespaces() },
  );

  scenario(
    'learn their address',
    async (stage) => {
      const { cables } = await relay(stage);
      const { code, text } = await tool(cables.near, 'turnutils_stunclient', cables.serverAddress).done;
      assert.equal(code, 0, text);
      assert.match(text, /UDP reflexive addr: 11\.1\.1\.1:\d+/);
    },
    { quick: false, seconds: 60, skip: noNamespaces() },
  );
});

describe('a call that is to be relayed', () => {
  for (const [title, query] of [['between two browsers', {}], ['through the server', SFU]]) {
    scenario(
      `goes by TURN alone, ${title}`,
      async (stage) => {
        const { cables, server } = await relay(stage);
        const nearUrl = `http://${cables.serverAddress}:${server.port}`;
        const [ada, boris] = await Promise.all([
          stage.chromium({ namespace: cables.near, flags: [`--unsafely-treat-insecure-origin-as-secure=${nearUrl}`] }),
          stage.chromium({ namespace: cables.far }),
        ]);
        for (const person of [ada, boris]) person.allowErrors(...OUTAGE);
        await ada.enter(nearUrl, 'relayed', { ...query, relay: '1' });
        await boris.enter(server.url, 'relayed', { ...query, relay: '1' });
        await expectAllSeeAll([ada, boris], { timeout: 40_000 });
        for (const person of [ada, boris]) {
          const pairs = await until('a pair of candidates', async () => {
            const found = await pairsOf(person);
            return found.length > 0 && found;
          });
          for (const { local } of pairs) assert.equal(local.candidateType, 'relay', JSON.stringify(pairs));
        }
      },
      { quick: title === 'between two browsers', seconds: 180, skip: noNamespaces() },
    );
  }
});
