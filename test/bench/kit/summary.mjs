/** Writes docs/BENCHMARKS.md from the latest figures of each bench. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './servers.mjs';

export function summarise(names) {
  const lines = [
    '# Benchmarks',
    '',
    '`./dev bench all` writes this page. Figures are of the machine named, whose neighbours are noisy: only the ratios',
    'travel. A row whose machine had less than 5 % idle, or whose load generator lost something, is marked invalid.',
  ];
  for (const name of names) {
    const file = join(ROOT, 'target', 'bench', `${name}.json`);
    if (!existsSync(file)) continue;
    const { machine, rows } = JSON.parse(readFileSync(file, 'utf8'));
    lines.push('', `## ${name}`, '', '| metric | unit | Stoa | peer | ratio | aim | holds |', '|---|---|---|---|---|---|---|');
    for (const row of rows) lines.push(tableRow(row));
    lines.push('', `${machine.cpu}, ${machine.cores} cores, Linux ${machine.kernel}; ${machine.java}; Node ${machine.node}.`);
  }
  writeFileSync(join(ROOT, 'docs', 'BENCHMARKS.md'), `${lines.join('\n')}\n`);
}

function tableRow({ metric, unit, stoa, peer, peerName, ratio, aim, holds, invalid }) {
  const beside = peer === null ? '' : `${peer} (${peerName})`;
  const verdict = invalid === undefined ? (holds ? 'yes' : 'no') : `invalid: ${invalid}`;
  return `| ${metric} | ${unit} | ${stoa} | ${beside} | ${ratio ?? ''} | ${aim} | ${verdict} |`;
}
