/** /labs/connectivity: the same findings as `stoa doctor`, made by a browser. */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { describe } from 'node:test';
import { join } from 'node:path';
import { TARGET } from '../kit/fake-media.mjs';
import { Lab } from '../kit/lab.mjs';
import { noFirewalls } from '../kit/network.mjs';
import { scenario } from '../kit/stage.mjs';
import { until } from '../kit/wait.mjs';

/** @returns {Promise<Record<string, {verdict: string, text: string}>>} once every row has its verdict */
async function findings(person, url) {
  await person.goto(`${url}/labs/connectivity`);
  const rows = () =>
    person.evaluate(() =>
      [...document.querySelectorAll('[data-testid^="check-"]')].map(({ dataset, innerText }) => [
        dataset.testid.replace('check-', ''),
        { verdict: dataset.verdict, text: innerText },
      ]),
    );
  return until(
    'all checks done',
    async () => {
      const all = await rows();
      return all.length > 0 && all.every(([, { verdict }]) => !['waiting', 'running'].includes(verdict)) && Object.fromEntries(all);
    },
    { timeout: 90_000 },
  );
}

async function shoot(person, name) {
  mkdirSync(TARGET, { recursive: true });
  await person.page.screenshot({ path: join(TARGET, `connectivity-${name}.png`), fullPage: true });
}

const SOUND = ['page', 'devices', 'server', 'signaling', 'media', 'nat', 'stun', 'turn-udp', 'turn-tcp', 'turn-tls'];

describe('the page about connectivity', () => {
  scenario(
    'finds a sound server sound by every way',
    async (stage) => {
      const lab = new Lab({ server: {}, client: { behind: 'port-restricted' } });
      stage.onClose(() => lab.remove());
      const { outer, namespace } = lab.hosts.server;
      await stage.server({ namespace, flags: ['--open', '--https-port', '443', '--host', outer] });
      const person = await stage.chromium({ namespace: lab.hosts.client.namespace, flags: ['--ignore-certificate-errors'] });
      const found = await findings(person, `https://${outer}`);
      assert.deepEqual(Object.fromEntries(SOUND.map((id) => [id, found[id].verdict])), Object.fromEntries(SOUND.map((id) => [id, 'ok'])));
      assert.match(found['turn-tls'].text, /:443/);
      await person.waitForText(/Calls work from here/);
      await shoot(person, 'light');
      await person.page.emulateMedia({ colorScheme: 'dark' });
      await shoot(person, 'dark');
      await person.click('copy-report');
      const copied = await person.evaluate(() => navigator.clipboard.readText());
      assert.match(copied, /^OK\s+Media through the server: Connected in \d+ ms by UDP\.$/m);
    },
    { seconds: 120, skip: noFirewalls() },
  );

  scenario(
    'names what is wrong: the advertised address, a port for UDP, a page that is not secure',
    async (stage) => {
      const lab = new Lab({ server: {}, client: { behind: 'symmetric', wall: 'udp dport 3478 drop;' } });
      stage.onClose(() => lab.remove());
      const { outer, namespace } = lab.hosts.server;
      const flags = ['--open', '--host', '11.66.0.9'];
      const server = await stage.server({ namespace, flags });
      const url = `http://${outer}:${server.port}`;
      const viewport = { width: 390, height: 844 };
      const person = await stage.chromium({ namespace: lab.hosts.client.namespace, viewport });
      person.allowErrors(/./);
      const found = await findings(person, url);
      assert.equal(found.page.verdict, 'failure');
      assert.equal(found.devices.verdict, 'failure');
      assert.equal(found.media.verdict, 'failure');
      assert.match(found.media.text, /11\.66\.0\.9[^]*--host/);
      assert.deepEqual([found['turn-udp'].verdict, found['turn-tcp'].verdict], ['failure', 'ok']);
      assert.match(found['turn-udp'].text, /UDP port 3478 \(turn-port\)/);
      await shoot(person, 'phone');

      await server.stop();
      server.options.flags = ['--open', '--host', outer];
      await server.start();
      const right = await findings(person, url);
      assert.equal(right.media.verdict, 'ok');
    },
    { quick: false, seconds: 200, skip: noFirewalls() },
  );
});
