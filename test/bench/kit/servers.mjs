/** The servers that are measured, each a process of its own on a free port of the loopback interface. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { get } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** Java, the jar, the cache and the flags exactly as ./stoa uses them. */
function launcher() {
  const script = `set -eu; ROOT=$1; . "$ROOT/scripts/find-tools.sh"; . "$ROOT/scripts/build.sh"; find_java
    printf '%s\\n' "$JAVA_HOME" "$JAR" "$AOT_CACHE" "\${JVM_FLAGS[@]}"`;
  const { status, stdout, stderr } = spawnSync('bash', ['-c', script, 'bench', ROOT.replace(/\/$/, '')], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  const [home, jar, aotCache, ...flags] = stdout.trim().split('\n');
  if (existsSync(aotCache)) flags.push(`-XX:AOTCache=${aotCache}`);
  return { java: join(home, 'bin', 'java'), jcmd: join(home, 'bin', 'jcmd'), jar, flags };
}

export const JVM = launcher();

/** Lifts what protects a public server from one address that does what a load generator does. */
const UNLIMITED = ['--joins-per-second', '0', '--messages-per-second', '0', '--max-connections', '100000'];

export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

const isHealthy = (port) =>
  new Promise((resolve) => {
    get({ host: '127.0.0.1', port, path: '/healthz', agent: false }, (response) => {
      response.resume().once('end', () => resolve(response.statusCode === 200));
    }).once('error', () => resolve(false));
  });

class Server {
  #log = '';
  #dispose;

  constructor(name, command, port, { ipc = false, dispose = () => {} } = {}) {
    this.name = name;
    this.port = port;
    this.startedAt = performance.now();
    this.#dispose = dispose;
    this.process = spawn(command[0], command.slice(1), {
      stdio: ['ignore', 'pipe', 'pipe', ...(ipc ? ['ipc'] : [])],
      cwd: tmpdir(), // where no stoa.yaml lies
    });
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => (this.#log = (this.#log + text).slice(-8_000)));
    }
    this.exited = new Promise((resolve) => this.process.once('exit', resolve));
  }

  get pid() {
    return this.process.pid;
  }

  /** Resolves with the milliseconds from the start of the process to its first answer that it is well. */
  async ready() {
    while (!(await isHealthy(this.port))) {
      if (this.process.exitCode !== null) throw new Error(`${this.name} ended:\n${this.#log}`);
      if (performance.now() - this.startedAt > 30_000) throw new Error(`${this.name} does not answer:\n${this.#log}`);
      await sleep(2);
    }
    return performance.now() - this.startedAt;
  }

  async stop() {
    this.process.kill('SIGTERM');
    const hung = setTimeout(() => this.process.kill('SIGKILL'), 12_000);
    await this.exited;
    clearTimeout(hung);
    this.#dispose();
  }
}

/** @param {string[]} [flags] more of the JVM */
export async function startStoa(flags = []) {
  const port = await freePort();
  const data = mkdtempSync(join(tmpdir(), 'stoa-bench-'));
  const own = ['serve', '--http-port', String(port), '--https-port', 'off', '--media-port', '0', '--data-dir', data, ...UNLIMITED];
  const server = new Server('Stoa', [JVM.java, ...JVM.flags, ...flags, '-jar', JVM.jar, ...own], port, {
    dispose: () => rmSync(data, { recursive: true, force: true }),
  });
  server.collectGarbage = async () => {
    for (let n = 0; n < 2; n++) {
      const { status, stderr } = spawnSync(JVM.jcmd, [String(server.pid), 'GC.run'], { encoding: 'utf8' });
      if (status !== 0) throw new Error(`jcmd: ${stderr}`);
      await sleep(500);
    }
  };
  return server;
}

/** Stoa at the far end of a cable. @param {import('./cable.mjs').Cable} cable */
export async function startStoaBehind(cable) {
  const data = mkdtempSync(join(tmpdir(), 'stoa-bench-'));
  const port = 8080;
  const own = ['serve', '--http-port', String(port), '--https-port', 'off', '--media-port', '7881', '--data-dir', data];
  const open = ['--open', 'true', '--metrics.public', 'true', '--max-participants', '10000', ...UNLIMITED];
  const command = ['ip', 'netns', 'exec', cable.server, JVM.java, ...JVM.flags, '-jar', JVM.jar, ...own, ...open];
  const server = new Server('Stoa', command, port, { dispose: () => rmSync(data, { recursive: true, force: true }) });
  server.url = `http://${cable.serverAddress}:${port}`;
  server.dialect = 'stoa';
  const end = performance.now() + 30_000;
  while (cable.get(`${server.url}/healthz`) === null) {
    if (server.process.exitCode !== null || performance.now() > end) throw new Error('Stoa does not answer');
    await sleep(100);
  }
  return server;
}

export async function startPeer() {
  const port = await freePort();
  const script = fileURLToPath(new URL('../peer-server.mjs', import.meta.url));
  const server = new Server('ws on Node', [process.execPath, '--expose-gc', script, String(port)], port, { ipc: true });
  server.collectGarbage = async () => {
    for (let n = 0; n < 2; n++) {
      const done = new Promise((resolve) => server.process.once('message', resolve));
      server.process.send('collect');
      await done;
      await sleep(500);
    }
  };
  return server;
}
