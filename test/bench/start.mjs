/** From the start of the process to the first answer that the server is well, as ./stoa starts it once it is built. */
import { machine, quantile } from './kit/machine.mjs';
import { report } from './kit/report.mjs';
import { JVM, startStoa } from './kit/servers.mjs';

const ROUNDS = Number(process.env.ROUNDS ?? 10);
const AIM_MS = 2_000;

const times = [];
for (let n = 0; n < ROUNDS; n++) {
  const server = await startStoa();
  try {
    times.push(await server.ready());
  } finally {
    await server.stop();
  }
}

const rows = [0.5, 0.95].map((share) => {
  const ms = quantile(times, share);
  return {
    metric: `start of the process to the first 200 on /healthz, p${share * 100} of ${ROUNDS}`,
    unit: 'ms',
    stoa: Math.round(ms),
    peer: null,
    peerName: null,
    ratio: null,
    aim: `<= ${AIM_MS}`,
    holds: ms <= AIM_MS,
  };
});
report('start', machine(JVM.java), rows, { flags: JVM.flags.map((flag) => flag.replace(/=.*\//, '=')), rounds: times.map(Math.round) });
console.log(`rounds: ${times.map(Math.round).join(' ')}`);
