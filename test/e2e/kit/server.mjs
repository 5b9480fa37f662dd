/** The built server as a process, started as a user starts it: ./stoa serve. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TARGET } from './fake-media.mjs';
import { Verdict, until } from './wait.mjs';

export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** A stack trace, an uncaught exception, or a line that the server itself calls an error. */
const COMPLAINT = /\b[\w.]*(Exception|Error)\b(:|$)|^\s+at [\w.$/]+\(|\bERROR\b|\bSEVERE\b|LEAK:/;

/**
 * @typedef {object} ServerOptions
 * @property {string[]} [flags] more of `stoa serve`
 * @property {string} [namespace] network namespace to run in
 * @property {string} [host] where to reach it, default 127.0.0.1
 */

export class Server {
  /** Base address without a slash at the end. localhost, so that the page is a secure one. */
  url = '';
  #lines = [];
  #process = null;
  #tolerated = [];

  /** @param {ServerOptions} options */
  constructor(options = {}) {
    this.options = options;
    this.dataDir = mkdtempSync(join(tmpdir(), 'stoa-data-'));
    this.port = 0;
  }

  get pid() {
    return this.#process?.pid;
  }

  get log() {
    return this.#lines.join('\n');
  }

  get wsUrl() {
    return `${this.url.replace(/^http/, 'ws')}/ws`;
  }

  async start() {
    const { flags = [], namespace, host = 'localhost' } = this.options;
    const ours = ['serve', '--http-port', String(this.port), '--data-dir', this.dataDir];
    if (!flags.includes('--media-port')) ours.push('--media-port', '0');
    if (!flags.includes('--https-port')) ours.push('--https-port', 'off');
    if (!namespace && !flags.includes('--turn-port')) ours.push('--turn-port', '0');
    const command = [process.env.E2E_COMMAND ?? join(ROOT, 'stoa'), ...ours, ...flags];
    if (namespace) command.unshift('ip', 'netns', 'exec', namespace);
    const from = this.#lines.length;
    const child = spawn(command[0], command.slice(1), {
      cwd: this.dataDir, // where no stoa.yaml lies
      stdio: ['ignore', 'pipe', 'pipe'],
      // Whatever configures a server of the developer's own is not for this one.
      env: Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('STOA_'))),
    });
    this.#process = child;
    this.exit = new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));
    for (const stream of [child.stdout, child.stderr]) {
      let rest = '';
      stream.setEncoding('utf8').on('data', (text) => {
        const lines = (rest + text).split('\n');
        rest = lines.pop();
        this.#lines.push(...lines);
      });
    }
    const port = await until(
      'the link that the server prints',
      () => {
        if (child.exitCode !== null) throw new Verdict(`the server ended with ${child.exitCode}:`);
        const printed = this.#lines.slice(from).join('\n').match(/http:\/\/(?:localhost|127\.0\.0\.1):(\d+)/);
        return printed && Number(printed[1]);
      },
      { timeout: 40_000, every: 50 },
    ).catch((error) => {
      throw new Error(`${error.message}\n${this.log}`);
    });
    this.port = port;
    this.url = `http://${host}:${port}`;
    if (!namespace) {
      await until('a healthy server', async () => (await fetch(`http://127.0.0.1:${port}/healthz`)).ok, { every: 50 });
    }
    return this;
  }

  /** @param {'SIGTERM' | 'SIGKILL'} signal */
  async stop(signal = 'SIGTERM') {
    const child = this.#process;
    if (!child) return null;
    this.#process = null;
    if (child.exitCode === null && child.signalCode === null) {
      child.kill(signal);
      const late = setTimeout(() => child.kill('SIGKILL'), 10_000);
      await this.exit;
      clearTimeout(late);
    }
    return this.exit;
  }

  /** Stops it and starts it again on the same port with the same data. */
  async restart(signal = 'SIGTERM') {
    await this.stop(signal);
    return this.start();
  }

  dispose() {
    rmSync(this.dataDir, { recursive: true, force: true });
  }

  /** Resident memory in KiB. */
  rssKib() {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${this.pid}/status`, 'utf8'))[1]);
  }

  /** Lines that a scenario provokes on purpose. */
  tolerate(...patterns) {
    this.#tolerated.push(...patterns);
    return this;
  }

  complaints() {
    return this.#lines.filter(
      (line) => COMPLAINT.test(line) && !this.#tolerated.some((pattern) => pattern.test(line)),
    );
  }

  saveLog(title) {
    mkdirSync(TARGET, { recursive: true });
    const file = join(TARGET, `${title}-server`.replace(/[^\p{L}\p{N}-]+/gu, '_').slice(0, 150) + '.log');
    writeFileSync(file, this.log);
    return file;
  }
}

/** @param {ServerOptions} [options] */
export async function startServer(options) {
  const server = new Server(options);
  try {
    return await server.start();
  } catch (error) {
    await server.stop('SIGKILL');
    throw error;
  }
}
