/** What goes over a host's cable, whoever sent it. */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { TARGET } from './fake-media.mjs';
import { until } from './wait.mjs';

/** `IP 11.2.0.2.40000 > 11.1.0.2.3478: UDP, length 20`; without a port where a protocol has none. */
const HOST = String.raw`(\d+\.\d+\.\d+\.\d+|[0-9a-f:]+)(?:\.(\d+))?`;
const LINE = new RegExp(`^IP6? ${HOST} > ${HOST}: (\\S+)`);
const QUESTION = / (?:A|AAAA|HTTPS|Type\d+)\? (\S+?)\.? /;

export class Capture {
  #child;
  #file;

  /** @param {import('./lab.mjs').Host} host */
  constructor(host) {
    mkdirSync(TARGET, { recursive: true });
    this.#file = join(TARGET, `${host.name}.pcap`);
    this.#child = host.spawn('tcpdump', ['-i', 'net', '-n', '-U', '-Z', 'root', '-w', this.#file], { stdio: ['ignore', 'ignore', 'pipe'] });
    this.said = '';
    this.#child.stderr.setEncoding('utf8').on('data', (text) => (this.said += text));
  }

  /** @param {import('./lab.mjs').Host} host */
  static async begin(host) {
    const capture = new Capture(host);
    await until('tcpdump listening', () => /listening on/.test(capture.said));
    return capture;
  }

  /** @returns {Promise<{packets: {from: string, to: string, fromPort: number, toPort: number, what: string}[], names: string[]}>} without ARP; the names that DNS was asked for */
  async end() {
    this.#child.kill('SIGINT');
    if (this.#child.exitCode === null) await once(this.#child, 'exit');
    const packets = this.#read('-q').map((line) => {
      const [, from, fromPort, to, toPort, what] = LINE.exec(line) ?? [];
      if (from === undefined) throw new Error(`tcpdump says what this kit cannot read: ${line}`);
      return { from, to, fromPort: Number(fromPort), toPort: Number(toPort), what };
    });
    const names = this.#read('udp port 53').map((line) => QUESTION.exec(line)?.[1]);
    return { packets, names: [...new Set(names.filter((name) => name !== undefined))] };
  }

  #read(...words) {
    const printed = execFileSync('tcpdump', ['-r', this.#file, '-nn', '-t', ...words], { stdio: 'pipe', maxBuffer: 1 << 28 });
    return printed.toString().split('\n').filter((line) => line !== '' && !line.startsWith('ARP'));
  }

  kill() {
    this.#child.kill('SIGKILL');
  }
}
