/** The lab's routers do to packets what they are named after, judged by a probe that knows none of them. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Lab } from '../kit/lab.mjs';
import { ip, noFirewalls } from '../kit/network.mjs';

const PROBE = fileURLToPath(new URL('../kit/nat-probe.mjs', import.meta.url));
const SECOND = '11.1.0.3';
/** Hosts behind the routers whose translation is judged. */
const BY_KIND = { open: 'plain', 'full-cone': 'cone', 'port-restricted': 'strict', symmetric: 'wild', 'one-to-one': 'cloud' };

describe('the network lab', { skip: noFirewalls(), timeout: 120_000 }, () => {
  let lab;
  let reflector;

  before(async () => {
    lab = new Lab({
      mirror: { ip: 46 },
      plain: { ip: 46 },
      cone: { behind: 'full-cone' },
      strict: { behind: 'port-restricted' },
      wild: { behind: 'symmetric' },
      cloud: { behind: 'one-to-one' },
      noudp: { wall: 'no-udp' },
      web: { wall: 'only-443' },
      six: { ip: 6 },
      lossy: { loss: 50 },
      thin: { rate: '500kbit' },
    });
    ip('-n', lab.hosts.mirror.namespace, 'addr', 'add', `${SECOND}/24`, 'dev', 'net');
    reflector = lab.hosts.mirror.spawn(process.execPath, [PROBE, 'reflect', lab.hosts.mirror.outer, SECOND, lab.hosts.mirror.outer6]);
    await once(reflector.stdout, 'data');
  });
  after(async () => {
    reflector?.kill();
    lab?.remove();
  });

  const probe = (host) => JSON.parse(host.run(process.execPath, PROBE, 'ask', lab.hosts.mirror.outer, SECOND));

  for (const [kind, expected] of Object.entries({
    open: { mapping: 'endpoint-independent', filtering: 'endpoint-independent', keepsPort: true },
    'full-cone': { mapping: 'endpoint-independent', filtering: 'endpoint-independent', keepsPort: true },
    'port-restricted': { mapping: 'endpoint-independent', filtering: 'address-and-port-dependent', keepsPort: true },
    symmetric: { mapping: 'address-and-port-dependent', filtering: 'address-and-port-dependent', keepsPort: false },
    'one-to-one': { mapping: 'endpoint-independent', filtering: 'endpoint-independent', keepsPort: true },
  })) {
    it(`has a router of mapping and filtering as its name says: ${kind}`, () => {
      const host = lab.hosts[BY_KIND[kind]];
      assert.deepEqual(probe(host), { reached: true, address: host.outer, ...expected });
    });
  }

  it('lets no UDP through a wall that says so', () => {
    assert.deepEqual(probe(lab.hosts.noudp), { reached: false });
    assert.deepEqual(probe(lab.hosts.web), { reached: false });
  });

  it('lets TCP through to port 443 alone, or to all ports', async () => {
    const { mirror, web, noudp } = lab.hosts;
    const listen = 'for (const port of [443, 8080]) require("net").createServer((s) => s.end()).listen(port, () => console.log(port))';
    const server = mirror.spawn(process.execPath, ['-e', listen]);
    await once(server.stdout, 'data');
    const connects = (host, port) => {
      const code = `const s = require("net").connect(${port}, "${mirror.outer}", () => process.exit(0)); s.on("error", () => process.exit(1)); setTimeout(() => process.exit(1), 1500)`;
      try {
        host.run(process.execPath, '-e', code);
        return true;
      } catch {
        return false;
      }
    };
    try {
      assert.deepEqual([connects(web, 443), connects(web, 8080)], [true, false]);
      assert.deepEqual([connects(noudp, 443), connects(noudp, 8080)], [true, true]);
    } finally {
      server.kill();
    }
  });

  const count = (host, address, number, bytes = 0) =>
    JSON.parse(host.run(process.execPath, PROBE, 'count', address, String(number), String(bytes)));

  it('gives a host the versions of IP that it is to have', () => {
    const { six, plain, mirror, strict } = lab.hosts;
    assert.equal(count(six, mirror.outer6, 2).answered, 2);
    assert.equal(count(plain, mirror.outer6, 2).answered, 2);
    assert.equal(count(six, mirror.outer, 2).answered, 0);
    assert.equal(count(strict, mirror.outer6, 2).answered, 0);
  });

  it('loses about as much UDP as it was told', () => {
    const { lossy, plain, mirror } = lab.hosts;
    // Half of the questions, then half of the answers: 100 of 400, give or take five standard deviations.
    const { answered } = count(lossy, mirror.outer, 400);
    assert.ok(answered > 55 && answered < 145, `${answered} of 400`);
    assert.equal(count(plain, mirror.outer, 400).answered, 400);
  });

  it('has links as thin as they were ordered', () => {
    const { thin, plain, mirror } = lab.hosts;
    // 20 of 1 300 bytes: 26 kB, of which 8 kB may burst, so about 0.3 s at 500 kbit/s.
    const slow = count(thin, mirror.outer, 20, 1250);
    assert.ok(slow.answered === 20 && slow.lastMs > 220 && slow.lastMs < 700, JSON.stringify(slow));
    assert.ok(count(plain, mirror.outer, 20, 1250).lastMs < 150);
  });

  it('takes everything away', () => {
    lab.remove();
    assert.ok(!ip('netns', 'list').includes(lab.hosts.mirror.namespace));
  });
});
