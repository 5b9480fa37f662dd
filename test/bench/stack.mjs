/**
 * What the stack's own work costs, without sockets (JMH, test/bench/stack): SRTP by libcrypto beside the JDK's ciphers, a
 * forwarder's work on an RTP header, the answer to an offer of Chromium's, and DTLS handshakes with the work of both sides.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { idlePercent, machine, machineTimes, median } from './kit/machine.mjs';
import { report, round } from './kit/report.mjs';
import { JVM, ROOT } from './kit/servers.mjs';

const ROUNDS = Number(process.env.ROUNDS ?? 5);
/** A benchmark has one thread: on an idle machine the other cores are free. */
const MIN_IDLE_PERCENT = 5;

const module = join(ROOT, 'test', 'bench', 'stack', 'target');
const classPath = [join(module, 'classes'), readFileSync(join(module, 'classpath'), 'utf8').trim()].join(':');
const folder = join(ROOT, 'target', 'bench');
mkdirSync(folder, { recursive: true });

/** One figure of each benchmark, each in a JVM of its own: in a round ours and the peer follow each other. */
function runRound(number) {
  const file = join(folder, `stack-round-${number}.json`);
  const { status } = spawnSync(
    JVM.java,
    [
      ...JVM.flags,
      '--enable-native-access=ALL-UNNAMED',
      '--sun-misc-unsafe-memory-access=allow',
      ...['-cp', classPath, 'org.openjdk.jmh.Main', '-prof', 'gc', '-foe', 'true', '-v', 'SILENT', '-rf', 'json', '-rff', file],
    ],
    { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'] },
  );
  if (status !== 0) process.exit(1);
  return JSON.parse(readFileSync(file, 'utf8'));
}

const before = machineTimes();
const figures = Array.from({ length: ROUNDS }, (_, number) => runRound(number)).flat();
const idle = idlePercent(before, machineTimes());

const of = (name, params = {}) =>
  figures.filter(
    (one) => one.benchmark.endsWith(`.${name}`) && Object.entries(params).every(([key, value]) => one.params[key] === value),
  );
const nanos = (runs) => median(runs.map((run) => run.primaryMetric.score));
const allocated = (runs) => round(median(runs.map((run) => run.secondaryMetrics['gc.alloc.rate.norm'].score)));

/** @param {object} fields what is more to say of the row */
function row(metric, unit, runs, fields) {
  return {
    metric: `${metric} (${allocated(runs)} B allocated)`,
    unit,
    stoa: round(nanos(runs), 1),
    peer: null,
    peerName: null,
    ratio: null,
    ...fields,
    ...(idle < MIN_IDLE_PERCENT && { holds: null, invalid: `${round(idle)} % idle` }),
  };
}

const rows = ['AEAD_AES_128_GCM', 'AES128_CM_HMAC_SHA1_80'].flatMap((profile) =>
  ['protect', 'unprotect'].map((name) => {
    const ours = of(name, { profile, crypto: 'libcrypto' });
    const theirs = of(name, { profile, crypto: 'jdk' });
    const ratio = round(nanos(ours) / nanos(theirs), 2);
    return row(`${name} ${profile}, 1200 bytes`, 'ns a packet', ours, {
      peer: round(nanos(theirs), 1),
      peerName: `the JDK's ciphers (${allocated(theirs)} B allocated)`,
      ratio,
      aim: '<= 1 B allocated, no slower',
      holds: allocated(ours) <= 1 && ratio <= 1,
    });
  }),
);
const rewrite = of('parseAndRewrite');
rows.push(
  row('RTP header: parse and rewrite', 'ns a packet', rewrite, { aim: '<= 1 B allocated', holds: allocated(rewrite) <= 1 }),
  row('SDP: answer to an offer of Chromium', 'us an offer', of('answer'), { aim: '<= 1000 us', holds: nanos(of('answer')) <= 1000 }),
);
const handshakes = of('handshake');
const perSecond = median(
  handshakes.map(({ secondaryMetrics }) => (1e9 * secondaryMetrics.handshakes.score) / secondaryMetrics.cpuNanos.score),
);
rows.push({
  ...row('DTLS handshakes, client and server', 'a CPU-second', handshakes, { aim: '>= 90 of both sides', holds: perSecond >= 90 }),
  stoa: round(perSecond, 1),
});
report('stack', machine(JVM.java), rows, { rounds: ROUNDS, idlePercent: round(idle, 1) });
