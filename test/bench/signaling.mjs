/**
 * The signaling server beside one on Node.js and `ws` that speaks the same protocol (peer-server.mjs): messages for each
 * second of the server's processor time, and memory for each idle connection.
 *
 * node signaling.mjs [messages|memory]
 */
import { fork } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { cpuSeconds, idlePercent, machine, machineTimes, median, residentBytes, threadCount } from './kit/machine.mjs';
import { report, round } from './kit/report.mjs';
import { JVM, startPeer, startStoa } from './kit/servers.mjs';

const CLIENTS = Number(process.env.CLIENTS ?? 400);
const IDLE_CLIENTS = Number(process.env.IDLE_CLIENTS ?? 5_000);
const FIRST_WAVES = 40;
const FIRST_CLIENTS = 100;
/** Long enough for what a server gives back from time to time. */
const AT_REST_MS = 6_000;
const ROUNDS = Number(process.env.ROUNDS ?? 5);
const ROUND_MS = 5_000;
const SETTLE_MS = 1_000;
const WARM_UP_STEP_MS = 3_000;
const WARM_UP_STEPS = { least: 4, most: 14 };
/** Of what the slower server can do: both get the same work, and neither a queue that only grows. */
const LOAD = 0.75;
const MAX_LOST = 0.001;
const MIN_IDLE_PERCENT = 5;
const PEER = `Node ${process.version} with ws`;

class Load {
  #process = fork(fileURLToPath(new URL('signaling-load.mjs', import.meta.url)));

  async tell(command, details = {}) {
    const answer = new Promise((resolve, reject) => {
      this.#process.once('message', resolve);
      this.#process.once('exit', () => reject(new Error('the load generator ended')));
    });
    this.#process.send({ command, ...details });
    const result = await answer;
    this.#process.removeAllListeners('exit');
    if (result.error) throw new Error(result.error);
    return result;
  }

  close() {
    this.#process.disconnect();
  }
}

/** Counters of both sides at one moment. */
async function sample({ server, load }) {
  const stats = await load.tell('stats');
  return { ...stats, at: performance.now(), cpu: cpuSeconds(server.pid), machine: machineTimes() };
}

/** Puts a rate of messages on one server for a while; 0 is as many as it answers. */
async function measure(side, rate, milliseconds, settle = SETTLE_MS) {
  await side.load.tell('run', { rate });
  await sleep(settle);
  const before = await sample(side);
  await sleep(milliseconds);
  const after = await sample(side);
  const end = await side.load.tell('drain');
  const messages = after.sent - before.sent;
  const seconds = (after.at - before.at) / 1000;
  return {
    perCpuSecond: messages / (after.cpu - before.cpu),
    rate: messages / seconds,
    serverPercent: (100 * (after.cpu - before.cpu)) / seconds,
    loadPercent: (after.cpuMicros - before.cpuMicros) / 1e4 / seconds,
    idlePercent: idlePercent(before.machine, after.machine),
    behindPercent: 100 * after.behind,
    lost: (end.expected - end.delivered) / end.expected,
    wrong: end.wrong && end.firstWrong,
  };
}

/** Runs at full load until the figure stops rising; returns its course. */
async function warmUp(side) {
  const course = [];
  let best = 0;
  let stagnant = 0;
  while (course.length < WARM_UP_STEPS.most && (course.length < WARM_UP_STEPS.least || stagnant < 2)) {
    const step = await measure(side, 0, WARM_UP_STEP_MS, 0);
    course.push(step);
    stagnant = step.perCpuSecond > best * 1.02 ? 0 : stagnant + 1;
    best = Math.max(best, step.perCpuSecond);
  }
  return course;
}

const describe = (name, m) =>
  console.log(
    `${name.padEnd(11)} ${Math.round(m.perCpuSecond).toString().padStart(7)} per CPU-s at ${Math.round(m.rate)}/s; ` +
      `server ${Math.round(m.serverPercent)} %, generator ${Math.round(m.loadPercent)} %, machine idle ${Math.round(m.idlePercent)} %` +
      `${m.behindPercent > 1 ? `, generator behind by ${Math.round(m.behindPercent)} %` : ''}${m.lost > 0 ? `, lost ${m.lost}` : ''}${m.wrong ? `, WRONG: ${m.wrong}` : ''}`,
  );

const isInvalid = (m) =>
  (m.wrong && `wrong: ${m.wrong}`) ||
  (m.lost > MAX_LOST && `lost ${round(100 * m.lost, 2)} %`) ||
  (m.idlePercent < MIN_IDLE_PERCENT && `machine idle ${round(m.idlePercent, 1)} %`);

/** The row of a figure of rounds in which ours and the peer alternated. */
function row(metric, unit, [ours, peers], aim, holds, invalid, digits = 0) {
  const ratio = median(ours) / median(peers);
  return {
    metric,
    unit,
    stoa: round(median(ours), digits),
    peer: round(median(peers), digits),
    peerName: PEER,
    ratio: round(ratio, 2),
    aim,
    holds: invalid ? null : holds(ratio),
    ...(invalid && { invalid }),
  };
}

async function messages() {
  const sides = [];
  try {
    for (const start of [startStoa, startPeer]) {
      const side = { server: await start(), load: new Load(), rounds: [] };
      sides.push(side);
      await side.server.ready();
      await side.load.tell('join', { port: side.server.port, count: CLIENTS });
    }
    for (const side of sides) {
      side.warmUp = await warmUp(side);
      const course = side.warmUp.map((step) => Math.round(step.perCpuSecond)).join(' ');
      console.log(`warm-up of ${side.server.name}, ${(side.warmUp.length * WARM_UP_STEP_MS) / 1000} s at full load: ${course}`);
      describe('', side.warmUp.at(-1));
    }
    const rate = Number(process.env.RATE ?? LOAD * Math.min(...sides.map((side) => side.warmUp.at(-1).rate)));
    for (let n = 0; n < ROUNDS; n++) {
      for (const side of sides) {
        const result = await measure(side, rate, ROUND_MS);
        side.rounds.push(result);
        describe(side.server.name, result);
      }
    }
    const threads = sides.map((side) => threadCount(side.server.pid));
    // A busy moment spoils a round, not the run: the median stands as long as most rounds are sound.
    const unsound = sides.flatMap((side) => {
      const reasons = side.rounds.map(isInvalid).filter(Boolean);
      return side.rounds.some((m) => m.wrong || m.lost > MAX_LOST) || reasons.length * 2 > ROUNDS ? reasons : [];
    });
    return {
      rows: [
        row(
          `messages received, per CPU-second, at ${round(rate / 1000, 1)}k/s`,
          '1/s',
          sides.map((side) => side.rounds.map((m) => m.perCpuSecond)),
          '>= 2x',
          (ratio) => ratio >= 2,
          unsound[0],
        ),
      ],
      details: {
        clients: CLIENTS,
        threads,
        rounds: sides.map((side) => side.rounds),
        warmUp: sides.map((side) => side.warmUp.map((step) => Math.round(step.perCpuSecond))),
      },
    };
  } finally {
    for (const { server, load } of sides) {
      load.close();
      await server.stop();
    }
  }
}

/**
 * What each of many idle clients adds to a server, in KiB. The server has let a few clients in and out before, so that
 * what only the first ones cost (classes and compiled code) is not counted for each.
 */
async function perConnection(start) {
  const server = await start();
  const load = new Load();
  try {
    await server.ready();
    for (let n = 0; n < FIRST_WAVES; n++) {
      await load.tell('join', { port: server.port, count: FIRST_CLIENTS });
      await load.tell('leave');
      await sleep(100);
    }
    await sleep(AT_REST_MS);
    await server.collectGarbage();
    const before = residentBytes(server.pid);
    await load.tell('join', { port: server.port, count: IDLE_CLIENTS });
    await sleep(AT_REST_MS);
    await server.collectGarbage();
    const after = residentBytes(server.pid);
    const { wrong, firstWrong } = await load.tell('stats');
    if (wrong) throw new Error(firstWrong);
    const kib = (after - before) / IDLE_CLIENTS / 1024;
    console.log(
      `${server.name.padEnd(11)} ${kib.toFixed(1)} KiB; resident ${Math.round(before / 2 ** 20)} MiB alone, ` +
        `${Math.round(after / 2 ** 20)} MiB with ${IDLE_CLIENTS}`,
    );
    return { kib, aloneMiB: before / 2 ** 20 };
  } finally {
    load.close();
    await server.stop();
  }
}

async function memory() {
  const figures = [[], []];
  for (let n = 0; n < ROUNDS; n++) {
    figures[0].push(await perConnection(startStoa));
    figures[1].push(await perConnection(startPeer));
  }
  return {
    rows: [
      row(
        `memory for each of ${IDLE_CLIENTS} idle connections`,
        'KiB',
        figures.map((side) => side.map(({ kib }) => kib)),
        '<= 0.5x',
        (ratio) => ratio <= 0.5,
        null,
        1,
      ),
    ],
    details: { idleClients: IDLE_CLIENTS, residentAloneMiB: figures.map((side) => round(median(side.map(({ aloneMiB }) => aloneMiB)))) },
  };
}

const flags = JVM.flags.map((flag) => flag.replace(/=.*\//, '='));
console.log(`Stoa: java ${flags.join(' ')}; peer: node --expose-gc`);
const parts = { messages, memory };
const results = [];
for (const [name, part] of Object.entries(parts)) {
  if ((process.argv[2] ?? name) === name) results.push(await part());
}
report(
  'signaling',
  machine(JVM.java),
  results.flatMap(({ rows }) => rows),
  { flags, ...Object.assign({}, ...results.map(({ details }) => details)) },
);
