/** Writes target/bench/NAME.json and prints its table. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './servers.mjs';

/**
 * @typedef {object} Row
 * @property {string} metric
 * @property {string} unit
 * @property {number} stoa
 * @property {number|null} peer
 * @property {string|null} peerName
 * @property {number|null} ratio stoa / peer
 * @property {string} aim
 * @property {boolean|null} holds null: the row is invalid
 * @property {string} [invalid] why
 */

export function report(name, machine, rows, details = {}) {
  const folder = join(ROOT, 'target', 'bench');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify({ machine, rows, ...details }, null, 2)}\n`);
  console.table(
    rows.map(({ metric, unit, stoa, peer, ratio, aim, holds, invalid }) => ({
      metric,
      unit,
      stoa,
      ...(peer === null ? {} : { peer, ratio }),
      aim,
      holds: invalid ?? holds,
    })),
  );
  console.log(`${machine.cpu}, ${machine.cores} cores, Linux ${machine.kernel}; Node ${machine.node}; ${machine.java}`);
}

export const round = (value, digits = 0) => Number(value.toFixed(digits));
