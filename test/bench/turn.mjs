/**
 * TURN beside coturn: processor time for each relayed packet, loss, time through the relay, and memory of an allocation.
 * Needs root: servers and load are in one network namespace, with public addresses, so that the servers' default rules hold.
 * Both are asked the same by the same load (server/loop's TurnLoad): ChannelData by UDP, both ways at once.
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { noNamespaces } from '../e2e/kit/network.mjs';
import { cpuSeconds, idlePercent, machine, machineTimes, median, residentBytes } from './kit/machine.mjs';
import { report, round } from './kit/report.mjs';
import { JVM, ROOT } from './kit/servers.mjs';

const ROUNDS = Number(process.env.ROUNDS ?? 5);
const SECONDS = Number(process.env.SECONDS ?? 4);
const WARM_SECONDS = Number(process.env.WARM_SECONDS ?? 4);
/** Whether the load's bursts of eight leave as one message that the kernel cuts. */
const SEGMENTS = process.env.SEGMENTS ?? 'true';
const NAMESPACE = 'stoa-bench-turn';
const SERVER = '11.7.7.7';
const LOAD = '11.7.7.8';
const PORT = 3478;
const USER = 'bench';
const PASSWORD = 'bench';
const REALM = 'stoa';
const LOST_PERCENT = 0.1;
const IDLE_PERCENT = 5;

const CASES = [
  ...[1, 10, 100].flatMap((count) => [200, 1200].map((bytes) => ({ count, bytes, aim: 0.5, what: `saturated, ${bytes} bytes` }))),
  { count: 100, bytes: 0, aim: 1, what: 'ordinary calls (50 + 150 packets/s each way)' },
].filter(({ count, bytes }) => !process.env.ONLY || process.env.ONLY.split(' ').includes(`${count}x${bytes}`));

const ip = (...words) => execFileSync('ip', words, { stdio: 'pipe' });

function prepare() {
  const impossible = noNamespaces();
  if (impossible) {
    console.error(`error: ${impossible}`);
    process.exit(2);
  }
  if (!existsSync('/usr/bin/turnserver')) {
    console.error('error: there is no coturn to compare with\nhint: apt-get install --no-install-recommends coturn, and leave its service off');
    process.exit(2);
  }
  spawnSync('ip', ['netns', 'del', NAMESPACE], { stdio: 'ignore' });
  ip('netns', 'add', NAMESPACE);
  ip('-n', NAMESPACE, 'link', 'set', 'lo', 'up');
  for (const address of [SERVER, LOAD]) ip('-n', NAMESPACE, 'addr', 'add', `${address}/32`, 'dev', 'lo');
}

function start(command) {
  const child = spawn('ip', ['netns', 'exec', NAMESPACE, ...command], { stdio: ['pipe', 'pipe', 'pipe'], cwd: tmpdir() });
  child.lines = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (child.lines += text));
  child.exited = new Promise((resolve) => child.once('exit', resolve));
  child.says = async (pattern, limit = 30_000) => {
    const end = Date.now() + limit;
    while (!pattern.test(child.lines)) {
      if (child.exitCode !== null || Date.now() > end) throw new Error(`${command.at(0)} does not say ${pattern}:\n${child.lines.slice(-2000)}`);
      await sleep(5);
    }
    return child.lines.match(pattern);
  };
  return child;
}

const SERVERS = {
  stoa: () => {
    const data = mkdtempSync(join(tmpdir(), 'stoa-bench-'));
    const server = start([
      JVM.java, ...JVM.flags, '-jar', JVM.jar, 'turn', '--turn-port', String(PORT), '--turns-port', 'off', '--bind', SERVER,
      '--turn-user', `${USER}:${PASSWORD}`, '--turn-realm', REALM, '--data-dir', data,
      // The load's address is this machine's too.
      '--turn-allow-peer', LOAD,
    ]);
    server.ready = server.says(/Stop with/);
    server.exited.then(() => rmSync(data, { recursive: true, force: true }));
    return server;
  },
  peer: () => {
    const server = start([
      'turnserver', '-n', '--listening-ip', SERVER, '--relay-ip', SERVER, '--listening-port', String(PORT), '--lt-cred-mech',
      '--user', `${USER}:${PASSWORD}`, '--realm', REALM, '--no-tls', '--no-dtls', '--no-cli', '--log-file', 'stdout', '--pidfile', join(tmpdir(), 'stoa-bench-turnserver.pid'),
    ]);
    server.ready = sleep(1500);
    return server;
  },
};

const classPath = () =>
  ['server/loop/target/test-classes', 'server/loop/target/classes', 'server/turn/target/classes', 'rtc/net/target/classes', 'rtc/stun/target/classes', 'rtc/wire/target/classes', 'rtc/ice/target/classes']
    .map((path) => join(ROOT, path))
    .join(':');

async function measure(server, { count, bytes }) {
  const before = residentBytes(server.pid);
  const load = start([
    JVM.java, '-XX:+UseSerialGC', '-Xmx512m', '--enable-native-access=ALL-UNNAMED', '-cp', classPath(), 'dev.stoa.loop.TurnLoad',
    SERVER, String(PORT), LOAD, USER, PASSWORD, REALM, String(count), String(bytes), String(SECONDS), String(WARM_SECONDS), SEGMENTS,
  ]);
  try {
    await load.says(/ready/);
    await sleep(200);
    const memory = (residentBytes(server.pid) - before) / count;
    load.stdin.write('\n');
    await load.says(/start/);
    const [cpu, times] = [cpuSeconds(server.pid), machineTimes()];
    await load.says(/end/);
    const [cpuAfter, timesAfter] = [cpuSeconds(server.pid), machineTimes()];
    const figures = JSON.parse((await load.says(/\{.*\}/))[0]);
    await load.says(/released/);
    return {
      ...figures,
      memory,
      nanos: ((cpuAfter - cpu) * 1e9) / figures.received,
      lostPercent: (100 * figures.lost) / figures.sent,
      idle: idlePercent(times, timesAfter),
      share: (100 * (cpuAfter - cpu)) / SECONDS,
    };
  } finally {
    load.kill('SIGKILL');
    await load.exited;
  }
}

/** The child is `ip`, which becomes the program: their process number is one. */
async function stop(server) {
  server.kill('SIGTERM');
  const hung = setTimeout(() => server.kill('SIGKILL'), 8_000);
  await server.exited;
  clearTimeout(hung);
}

prepare();
const results = new Map(CASES.map((each) => [each, { stoa: [], peer: [] }]));
try {
  for (let n = 0; n < ROUNDS; n++) {
    for (const [name, open] of Object.entries(SERVERS)) {
      const server = open();
      await server.ready;
      for (const each of CASES) {
        const figures = await measure(server, each);
        results.get(each)[name].push(figures);
        console.log(
          `round ${n + 1} ${name} ${each.count} x ${each.bytes}: ${round(figures.nanos)} ns, ${round(figures.received / SECONDS)}/s, ` +
            `${round(figures.share)} % of a core, lost ${round(figures.lostPercent, 3)} %, p50 ${figures.p50Micros} us, p99 ${figures.p99Micros} us, idle ${round(figures.idle)} %`,
        );
      }
      await stop(server);
    }
  }
} finally {
  spawnSync('ip', ['netns', 'del', NAMESPACE], { stdio: 'ignore' });
}

const of = (figures, name) => median(figures.map((each) => each[name]));
const rows = CASES.flatMap((each) => {
  const { stoa, peer } = results.get(each);
  const allocations = `${each.count} allocation${each.count > 1 ? 's' : ''}`;
  const base = { peerName: 'coturn' };
  const lost = Math.max(...['stoa', 'peer'].map((name) => of(results.get(each)[name], 'lostPercent')));
  // A saturated server uses all there is of one core; only at a load that is given must the machine keep up.
  const tight = each.bytes === 0 && Math.min(of(stoa, 'idle'), of(peer, 'idle')) < IDLE_PERCENT;
  const invalid = lost > LOST_PERCENT ? `lost ${round(lost, 2)} %` : tight ? 'no time was left' : undefined;
  const ratio = of(stoa, 'nanos') / of(peer, 'nanos');
  const figure = (name, metric, unit, digits) => ({
    ...base,
    metric: `${metric}, ${each.what}, ${allocations}`,
    unit,
    stoa: round(of(stoa, name), digits),
    peer: round(of(peer, name), digits),
    ratio: round(of(stoa, name) / Math.max(of(peer, name), 1e-9), 2),
    aim: 'printed',
    holds: true,
  });
  return [
    { ...figure('nanos', 'processor time a relayed packet', 'ns', 0), aim: `<= ${each.aim}x`, holds: invalid ? null : ratio <= each.aim, ...(invalid && { invalid }) },
    { ...figure('lostPercent', 'lost', '%', 3), ratio: null },
    figure('p50Micros', 'through the relay, p50', 'us', 1),
    figure('p99Micros', 'through the relay, p99', 'us', 1),
    ...(each.count === 100 && each.bytes === 200 ? [figure('memory', 'memory of an allocation', 'bytes', 0)] : []),
  ];
});
report('turn', machine(JVM.java), rows, { rounds: ROUNDS, seconds: SECONDS, segments: SEGMENTS });
