/**
 * The floor under the media loop: what the loop's thread pays to send each packet of 1200 bytes to 50 receivers over
 * loopback, protecting nothing or with AES-GCM, by FFM with and without GSO and by plain NIO (FloorBench in rtc/net). The later figures of
 * the media path have their limit here.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { machine } from './kit/machine.mjs';
import { report } from './kit/report.mjs';
import { JVM, ROOT } from './kit/servers.mjs';

const ROUNDS = process.env.ROUNDS ?? '5';
const ROUND_MS = process.env.ROUND_MS ?? '1000';
/** What the others are compared with: the same by a call for each packet. */
const PLAIN = { send: 'send: NIO, bursts of 8', receive: 'receive: NIO, bursts of 8' };

const classes = ['net/target/classes', 'net/target/test-classes', 'srtp/target/classes', 'wire/target/classes'].map((path) => join(ROOT, 'rtc', path));
const { status, stdout } = spawnSync(
  JVM.java,
  ['--enable-native-access=ALL-UNNAMED', '-cp', classes.join(':'), 'dev.stoa.net.FloorBench', ROUNDS, ROUND_MS],
  { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] },
);
if (status !== 0) process.exit(1);

const figures = new Map(
  [...stdout.matchAll(/^\| ((?:send|receive): [^|]+) \| ([\d.]+) \| ([\d.]+) \| ([\d.]+) % \|$/gm)].map(([, way, nanos, bytes, lost]) => [
    way,
    { nanos: Number(nanos), bytes: Number(bytes), lost: Number(lost) },
  ]),
);
const rows = [...figures].map(([way, { nanos, bytes, lost }]) => {
  const plain = figures.get(PLAIN[way.split(':')[0]]).nanos;
  return {
    metric: `${way} (${bytes} B allocated)`,
    unit: 'ns of CPU a packet',
    stoa: nanos,
    peer: plain,
    peerName: 'plain NIO',
    ratio: Number((nanos / plain).toFixed(2)),
    aim: '<= 1 B allocated by FFM',
    holds: lost > 0.1 ? null : way.includes('NIO') || bytes <= 1,
    ...(lost > 0.1 && { invalid: `lost ${lost} %` }),
  };
});
report('floor', machine(JVM.java), rows, { rounds: Number(ROUNDS), roundMillis: Number(ROUND_MS) });
