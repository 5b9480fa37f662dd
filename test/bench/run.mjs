/** node run.mjs NAME|all: runs benches one after the other (all: and writes docs/BENCHMARKS.md); figures never make it fail, a bench that breaks does. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { summarise } from './kit/summary.mjs';

const NAMES = ['signaling', 'start', 'join', 'loss', 'floor', 'stack', 'sfu', 'turn'];

const [wanted = '', ...rest] = process.argv.slice(2);
const chosen = wanted === 'all' ? NAMES : NAMES.filter((name) => name === wanted);
if (chosen.length === 0) {
  console.error(`error: there is no bench "${wanted}"\nhint: the benches are ${NAMES.join(', ')} and all`);
  process.exit(2);
}
let failed = 0;
for (const name of chosen) {
  console.log(`\n== ${name}`);
  const script = fileURLToPath(new URL(`${name}.mjs`, import.meta.url));
  const { status } = spawnSync(process.execPath, [script, ...rest], { stdio: 'inherit' });
  if (status !== 0) failed++;
}
if (wanted === 'all') summarise(NAMES);
process.exit(failed === 0 ? 0 : 1);
