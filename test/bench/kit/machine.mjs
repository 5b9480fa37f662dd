/** What the figures were taken on, and how busy it was. */
import { readFileSync, readdirSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { spawnSync } from 'node:child_process';

const TICKS_PER_SECOND = 100; // USER_HZ, the same on every Linux that /proc is read on

/** The machine and the versions; `JAVA_HOME` must be known already. */
export function machine(java) {
  const version = spawnSync(java, ['-version'], { encoding: 'utf8' }).stderr.split('\n');
  return {
    cpu: cpus()[0].model,
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    java: version[1]?.trim() || version[0],
    node: process.version,
  };
}

/** Time that all cores of the machine were idle, and all their time, in ticks since it started. */
export function machineTimes() {
  const ticks = readFileSync('/proc/stat', 'utf8').split('\n')[0].trim().split(/\s+/).slice(1).map(Number);
  return { idle: ticks[3] + ticks[4], all: ticks.reduce((sum, tick) => sum + tick, 0) };
}

export const idlePercent = (before, after) => (100 * (after.idle - before.idle)) / (after.all - before.all);

/** Seconds of processor time that a process has used, all threads, user and system. */
export function cpuSeconds(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** Resident memory of a process, in bytes. */
export function residentBytes(pid) {
  return Number(readFileSync(`/proc/${pid}/status`, 'utf8').match(/^VmRSS:\s+(\d+) kB/m)[1]) * 1024;
}

/**
 * Nanoseconds of processor time that the threads of a process have used, each with the name that they have: finer than
 * {@link cpuSeconds}, whose ticks are too coarse for a server that does little. Threads that have ended are not in it.
 */
export function threadCpuNanos(pid) {
  const threads = new Map();
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    try {
      const name = readFileSync(`/proc/${pid}/task/${thread}/comm`, 'utf8').trim();
      threads.set(`${thread} ${name}`, Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]));
    } catch {
      // It has ended meanwhile.
    }
  }
  return threads;
}

export const threadCount = (pid) => readdirSync(`/proc/${pid}/task`).length;

export const median = (values) => quantile(values, 0.5);

/** The smallest of `values` that at least `share` of them do not exceed; the mean of two for an even median. */
export function quantile(values, share) {
  const sorted = [...values].sort((one, two) => one - two);
  if (share === 0.5 && sorted.length % 2 === 0) return (sorted[sorted.length / 2 - 1] + sorted[sorted.length / 2]) / 2;
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)];
}
