/**
 * What a forwarded packet costs: CPU of the server's process, memory for each subscriber, added latency, and garbage on the
 * loop's thread, from 1 publisher to 1, 10, 50, 100 and 300 subscribers and in 10 rooms of 1 to 10; first against the floor
 * (FloorBench: a bare loop that protects and sends), then against the VideoRoom of Janus, round by round in turns. Media is
 * 1.5 Mbit/s of video, sent as Chromium paces it, and Opus. Needs root: server and generator are two network namespaces.
 *
 * `quick` as an argument: fewer shapes and rounds, in three minutes; `alone`: without Janus.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { noNamespaces } from '../e2e/kit/network.mjs';
import { Cable } from './kit/cable.mjs';
import { installJanus, startJanus } from './kit/janus.mjs';
import { LoadGenerator } from './kit/load.mjs';
import { machine, median, residentBytes } from './kit/machine.mjs';
import { report, round } from './kit/report.mjs';
import { JVM, ROOT, startStoaBehind } from './kit/servers.mjs';

const QUICK = process.argv.includes('quick');
const ROUNDS = Number(process.env.ROUNDS ?? (QUICK ? 2 : 5));
const SECONDS = Number(process.env.SECONDS ?? (QUICK ? 2 : 3));
const WITHOUT_JANUS = process.argv.includes('alone');
const GCM = 'aes-128-gcm';
/** Those that are compared with one another: nothing but the number of subscribers differs. */
const FAN_OUTS = (QUICK ? [10, 50, 300] : [1, 10, 50, 100, 300]).map((subscribers) => ({ name: `1 -> ${subscribers}`, subscribers }));
const SHAPES = [
  ...FAN_OUTS,
  ...(QUICK
    ? []
    : [
        { name: '10 rooms of 1 -> 10', rooms: 10, subscribers: 10 },
        { name: '1 -> 50, AES-CM-SHA1-80', subscribers: 50, profile: 'aes-128-sha1-80' },
        { name: '1 -> 50, paced packet by packet', subscribers: 50, 'burst-ms': 0 },
      ]),
];
const FLOOR_WAY = 'AES-GCM';
const MAX_LOST_PERCENT = 0.1;
const MIN_IDLE_PERCENT = 5;

function floor() {
  const classes = ['net/target/classes', 'net/target/test-classes', 'srtp/target/classes', 'wire/target/classes'];
  const path = classes.map((each) => join(ROOT, 'rtc', each)).join(':');
  const command = ['--enable-native-access=ALL-UNNAMED', '-cp', path, 'dev.stoa.net.FloorBench', String(ROUNDS), '500', FLOOR_WAY];
  const { status, stdout } = spawnSync(JVM.java, command, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  if (status !== 0) throw new Error('the floor was not measured');
  const figures = [...stdout.matchAll(/^\| send: FFM, (GSO, bursts of \d|single packets of Opus), AES-GCM \| ([\d.]+) \|/gm)];
  return Object.fromEntries(figures.map(([, way, nanos]) => [way, Number(nanos)]));
}

/** What Stoa's own counters say. */
function counters(cable, server) {
  const text = cable.get(`${server.url}/metrics`) ?? '';
  const value = (name) => Number(text.match(new RegExp(`^${name} (\\S+)$`, 'm'))?.[1] ?? NaN);
  return {
    allocated: value('stoa_media_loop_allocated_bytes_total'),
    packets: value('stoa_network_events_total\\{kind="packets-out"\\}'),
    sends: value('stoa_network_events_total\\{kind="send-batches"\\}'),
    bursts: value('stoa_network_events_total\\{kind="gso-bursts"\\}'),
    inBursts: value('stoa_network_events_total\\{kind="gso-packets"\\}'),
  };
}

async function open(cable, server, { name, ...options }) {
  const before = residentBytes(server.pid);
  const opened = { server, before, rounds: [], generator: null, failed: null };
  await attempt(opened, async () => {
    opened.generator = await LoadGenerator.open(cable.load, server, { bitrate: 1_500_000, profile: GCM, ...options });
  });
  return opened;
}

/** What the peer cannot carry makes a row invalid; what Stoa cannot is an error. */
async function attempt(running, what) {
  if (running.failed !== null) return;
  try {
    await what();
  } catch (error) {
    if (running.server.dialect === 'stoa') throw error;
    running.failed = error.message.split('\n')[0];
  }
}

/** Rounds of all servers in turns; the generators of those whose turn it is not are silent. */
async function measure(cable, servers, shape) {
  const running = [];
  for (const server of servers) running.push(await open(cable, server, shape));
  try {
    // The first round of each warms it up for this shape.
    for (let n = 0; n <= ROUNDS; n++) {
      for (const each of running) {
        await attempt(each, async () => {
          const before = each.server.dialect === 'stoa' ? counters(cable, each.server) : null;
          const figures = await each.generator.measure(SECONDS);
          if (before !== null) {
            const after = counters(cable, each.server);
            figures.counted = Object.fromEntries(Object.keys(after).map((key) => [key, after[key] - before[key]]));
          }
          if (n > 0) each.rounds.push(figures);
        });
      }
    }
    const subscribers = (shape.rooms ?? 1) * shape.subscribers;
    return running.map(({ server, rounds, before, failed }) => summary(server, rounds, (residentBytes(server.pid) - before) / subscribers, failed));
  } finally {
    for (const each of running) await each.generator?.close();
  }
}

function summary(server, rounds, bytesPerSubscriber, failed) {
  const of = (figure) => median(rounds.map(figure));
  const lost = of((each) => each.lostPercent);
  const idle = of((each) => each.idle);
  const late = of((each) => each.sentLate / each.sent);
  const problems = [
    ...(failed === null ? [] : [`${server.name}: ${failed}`]),
    ...(lost > MAX_LOST_PERCENT ? [`${server.name}: ${lost.toFixed(2)} % lost`] : []),
    ...(idle < MIN_IDLE_PERCENT ? [`${server.name}: ${idle.toFixed(1)} % idle`] : []),
    ...(late > 0.01 ? [`${server.name}: the generator sent ${(100 * late).toFixed(1)} % late`] : []),
  ];
  return {
    name: server.name,
    nanos: of((each) => each.cpuNanos / each.received),
    cores: of((each) => each.cpuNanos / 1e9 / each.seconds),
    p50: of((each) => each.latencyP50Millis),
    p99: of((each) => each.latencyP99Millis),
    max: of((each) => each.latencyMaxMillis),
    perSecond: of((each) => each.received / each.seconds),
    generatorCores: of((each) => each.ownCpu),
    allocated: rounds[0]?.counted ? of((each) => each.counted.allocated / each.counted.packets) : null,
    burst: rounds[0]?.counted ? of((each) => each.counted.inBursts / Math.max(1, each.counted.bursts)) : null,
    lost,
    idle,
    kib: bytesPerSubscriber / 1024,
    problems,
  };
}

function rowsOf(shape, [stoa, janus]) {
  const problems = [...stoa.problems, ...(janus?.problems ?? [])];
  const row = (metric, unit, ours, theirs, aim, holds) => ({
    metric: `${shape.name}: ${metric}`,
    unit,
    stoa: ours,
    peer: theirs ?? null,
    peerName: theirs === undefined ? null : janus.name,
    ratio: theirs === undefined ? null : round(ours / theirs, 2),
    aim,
    holds: problems.length > 0 ? null : holds,
    ...(problems.length > 0 && { invalid: problems.join('; ') }),
  });
  const cost = stoa.nanos / (janus?.nanos ?? Infinity);
  return [
    row('CPU a forwarded packet', 'ns', round(stoa.nanos), janus && round(janus.nanos), janus ? '<= 0.33' : 'printed', !janus || cost <= 0.33),
    row('latency p50', 'ms', round(stoa.p50, 2), janus && round(janus.p50, 2), 'printed', true),
    row('latency p99', 'ms', round(stoa.p99, 2), janus && round(janus.p99, 2), '<= 5', stoa.p99 <= 5),
    // Of fewer, the heap's own movements would be most of it.
    ...(shape.subscribers < 100 ? [] : [row('memory a subscriber', 'KiB', round(stoa.kib), janus && round(janus.kib), 'printed', true)]),
    row('allocated on the loop a packet', 'B', round(stoa.allocated, 2), undefined, '<= 1', stoa.allocated <= 1),
  ];
}

const impossible = noNamespaces();
if (impossible) {
  console.error(`error: ${impossible}`);
  process.exit(2);
}
if (!WITHOUT_JANUS) installJanus();
const bare = floor();
console.log('floor:', bare);
const cable = new Cable();
const servers = [];
try {
  servers.push(await startStoaBehind(cable));
  if (!WITHOUT_JANUS) servers.push(await startJanus(cable));
  // What a server that has run for a while has behind it.
  await measure(cable, servers, { name: 'warm-up', subscribers: 50 });
  const results = [];
  for (const shape of SHAPES) {
    const figures = await measure(cable, servers, shape);
    results.push({ shape, figures });
    console.log(shape.name, '|', figures.map((each) => `${each.name} ${round(each.nanos)} ns, p99 ${each.p99} ms, ${round(each.idle)} % idle`).join(' | '));
  }
  const rows = results.flatMap(({ shape, figures }) => rowsOf(shape, figures));
  const of = (subscribers) => results.find(({ shape }) => shape.name === `1 -> ${subscribers}`).figures[0];
  const invalid = (...all) => {
    const problems = all.flatMap((each) => each.problems);
    return problems.length > 0 ? { holds: null, invalid: problems.join('; ') } : {};
  };
  // As these packets come: the video's in bursts of about six, each of Opus by itself.
  const audioShare = (50 * 50) / of(50).perSecond;
  const least = round((1 - audioShare) * bare['GSO, bursts of 6'] + audioShare * bare['single packets of Opus']);
  const floorRatio = round(of(50).nanos / least, 2);
  const flat = round(of(300).nanos / of(10).nanos, 2);
  rows.unshift(
    {
      metric: '1 -> 50: CPU a forwarded packet beside the floor (receive, protect, send: video in bursts of 6, Opus one by one)',
      unit: 'ns',
      stoa: round(of(50).nanos),
      peer: least,
      peerName: 'bare loop',
      ratio: floorRatio,
      aim: '<= 1.5',
      holds: floorRatio <= 1.5,
      ...invalid(of(50)),
    },
    {
      metric: 'CPU a forwarded packet, 1 -> 300 beside 1 -> 10',
      unit: 'ns',
      stoa: round(of(300).nanos),
      peer: round(of(10).nanos),
      peerName: 'Stoa, 1 -> 10',
      ratio: flat,
      aim: '<= 1',
      holds: flat <= 1,
      ...invalid(of(300), of(10)),
    },
  );
  report('sfu', machine(JVM.java), rows, { rounds: ROUNDS, seconds: SECONDS, floor: bare, results });
} finally {
  for (const server of servers) await server.stop();
  cable.remove();
}
