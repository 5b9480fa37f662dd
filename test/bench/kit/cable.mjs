/**
 * A cable between two machines made of network namespaces: a server at one end, a load generator at the other. Addresses
 * are ordinary public ones, inside the namespaces only. (Janus' libnice makes no use of loopback addresses.)
 */
import { execFileSync, spawnSync } from 'node:child_process';

const ip = (...words) => execFileSync('ip', words, { stdio: 'pipe' }).toString();

export class Cable {
  server = 'stoa-bench-server';
  load = 'stoa-bench-load';
  serverAddress = '11.5.5.1';

  constructor() {
    this.remove();
    const ends = [
      [this.server, 'stoa-b0', this.serverAddress],
      [this.load, 'stoa-b1', '11.5.5.2'],
    ];
    for (const [namespace] of ends) ip('netns', 'add', namespace);
    const [[one, here], [other, there]] = ends;
    ip('link', 'add', here, 'netns', one, 'type', 'veth', 'peer', 'name', there, 'netns', other);
    for (const [namespace, device, address] of ends) {
      ip('-n', namespace, 'addr', 'add', `${address}/24`, 'dev', device);
      for (const link of ['lo', device]) ip('-n', namespace, 'link', 'set', link, 'up');
    }
    for (const [namespace, device] of ends) {
      const end = Date.now() + 10_000;
      while (!/state UP/.test(ip('-n', namespace, 'link', 'show', device))) {
        if (Date.now() > end) throw new Error(`${device} in ${namespace} does not come up`);
      }
    }
  }

  /** What the server answers to a GET as the load generator's machine hears it, null when it does not. */
  get(url) {
    const script = 'const r = await fetch(process.argv[1], { signal: AbortSignal.timeout(2000) }); console.log(await r.text());';
    const node = [process.execPath, '--input-type=module', '-e', script, url];
    const { status, stdout } = spawnSync('ip', ['netns', 'exec', this.load, ...node], { encoding: 'utf8', stdio: 'pipe' });
    return status === 0 ? stdout : null;
  }

  remove() {
    for (const namespace of [this.server, this.load]) {
      try {
        ip('netns', 'del', namespace);
      } catch {
        // It was not there.
      }
    }
  }
}
