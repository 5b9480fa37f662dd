/** `stoa doctor` before servers that are broken on purpose: it must name the setting or the port, and nothing else. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { describe } from 'node:test';
import { join } from 'node:path';
import { Lab } from '../kit/lab.mjs';
import { noFirewalls } from '../kit/network.mjs';
import { ROOT } from '../kit/server.mjs';
import { scenario } from '../kit/stage.mjs';
import { mediaPort } from '../kit/through-server.mjs';

const SECONDS = 120;
const OUTER = '11.1.0.2';

/** @returns {Promise<{code: number, checks: Record<string, {verdict: string, message: string, fix?: string}>}>} */
function doctor(host, server, ...words) {
  const command = [process.env.E2E_COMMAND ?? join(ROOT, 'stoa'), 'doctor', ...words, '--json'];
  return new Promise((resolve, reject) => {
    execFile('ip', ['netns', 'exec', host.namespace, ...command], { cwd: server.dataDir }, (error, stdout, stderr) => {
      try {
        const { healthy, checks } = JSON.parse(stdout);
        const code = error ? error.code : 0;
        assert.equal(code, healthy ? 0 : 1, 'the exit code is that of the verdict');
        resolve({ code, checks: Object.fromEntries(checks.map((each) => [each.check, each])) });
      } catch {
        reject(new Error(`the doctor said:\n${stdout}${stderr}`));
      }
    });
  });
}

/** A server in the lab, and what the doctor says of it at a client. */
async function consult(stage, t, { server = {}, client = { behind: 'port-restricted' }, flags = [] }) {
  const lab = new Lab({ server, client });
  stage.onClose(() => lab.remove());
  const stoa = await stage.server({ namespace: lab.hosts.server.namespace, flags: ['--open', '--host', OUTER, ...flags] });
  const report = await doctor(lab.hosts.client, stoa, `http://${OUTER}:${stoa.port}`);
  for (const { check, verdict, message, fix = '' } of Object.values(report.checks)) {
    if (verdict !== 'ok') t.diagnostic(`${verdict} ${check}: ${message} -> ${fix}`);
  }
  return { lab, stoa, ...report };
}

const verdicts = (checks, ...names) => names.map((name) => checks[name]?.verdict);

describe('stoa doctor', () => {
  scenario(
    'finds a sound server sound, from elsewhere and from its own machine',
    async (stage, t) => {
      const { lab, stoa, code, checks } = await consult(stage, t, {});
      assert.equal(code, 0);
      const all = ['clock', 'signaling', 'media-udp', 'media-tcp', 'media', 'nat', 'stun-udp', 'turn-udp', 'turn-tcp'];
      assert.deepEqual(verdicts(checks, ...all), all.map(() => 'ok'));
      const own = await doctor(lab.hosts.server, stoa, '--url', stoa.url);
      assert.equal(own.code, 0);
      assert.deepEqual(verdicts(own.checks, 'media-udp', 'media', 'open-files'), ['ok', 'ok', 'ok']);
    },
    { quick: false, seconds: SECONDS, skip: noFirewalls() },
  );

  scenario(
    'names --host when the advertised address is wrong: two see each other, three do not',
    async (stage, t) => {
      const { lab, stoa, code, checks } = await consult(stage, t, { flags: ['--host', '11.66.0.9'], server: {} });
      assert.equal(code, 0, 'an address too many is none too few');

      await stoa.stop();
      stoa.options.flags = ['--open', '--host', '11.66.0.9'];
      await stoa.start();
      const wrong = await doctor(lab.hosts.client, stoa, `http://${OUTER}:${stoa.port}`);
      assert.equal(wrong.code, 1);
      assert.match(wrong.checks.media.message, /11\.66\.0\.9/);
      assert.match(wrong.checks.media.fix, /--host 11\.1\.0\.2\b/);
      assert.match(wrong.checks.media.message, /media answers there, too/);
      const own = await doctor(lab.hosts.server, stoa, '--url', stoa.url);
      assert.match(own.checks.media.message, /11\.66\.0\.9/);
      assert.match(own.checks.media.fix, /--host/);
      assert.equal(checks.signaling.verdict, 'ok');
    },
    { seconds: SECONDS, skip: noFirewalls() },
  );

  scenario(
    'names --host when a translated server has none',
    async (stage) => {
      const lab = new Lab({ server: { behind: 'one-to-one' }, client: { behind: 'symmetric' } });
      stage.onClose(() => lab.remove());
      const stoa = await stage.server({ namespace: lab.hosts.server.namespace, flags: ['--open'] });
      const { code, checks } = await doctor(lab.hosts.client, stoa, `http://${OUTER}:${stoa.port}`);
      assert.equal(code, 1);
      assert.match(checks.media.fix, /--host 11\.1\.0\.2\b/);
    },
    { quick: false, seconds: SECONDS, skip: noFirewalls() },
  );

  scenario(
    'names the port that a firewall drops',
    async (stage, t) => {
      const port = 7881;
      const { code, checks, stoa } = await consult(stage, t, {
        server: { wall: `udp dport ${port} drop; tcp dport 3478 drop;` },
        flags: ['--media-port', String(port)],
      });
      assert.equal(mediaPort(stoa), port);
      assert.equal(code, 1);
      assert.equal(checks['media-udp'].verdict, 'failure');
      assert.match(checks['media-udp'].fix, /UDP port 7881 \(media-port\)/);
      assert.equal(checks['media-tcp'].verdict, 'ok');
      assert.equal(checks['turn-tcp'].verdict, 'failure');
      assert.match(checks['turn-tcp'].fix, /TCP port 3478 \(turn-port\)/);
      assert.equal(checks['turn-udp'].verdict, 'ok');
    },
    { quick: false, seconds: SECONDS, skip: noFirewalls() },
  );

  scenario(
    'suspects a symmetric translator where it stands, and takes port 443 for TURN',
    async (stage, t) => {
      const { code, checks } = await consult(stage, t, { client: { behind: 'symmetric' }, flags: ['--https-port', '443'] });
      assert.equal(code, 0);
      assert.equal(checks.nat.verdict, 'warning');
      assert.match(checks['turn-tls'].message, /:443 relays/);
    },
    { quick: false, seconds: SECONDS, skip: noFirewalls() },
  );

  scenario(
    'says that nobody answers when nobody does',
    async (stage, t) => {
      const { lab, stoa } = await consult(stage, t, {});
      const { code, checks } = await doctor(lab.hosts.client, stoa, `http://${OUTER}:9`);
      assert.equal(code, 1);
      assert.match(checks.page.fix, /TCP port 9 \(http-port\)/);
    },
    { quick: false, seconds: SECONDS, skip: noFirewalls() },
  );
});
