/** The load generator (`stoa load-test`) as a process of its own in its namespace, told when to measure. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { idlePercent, machineTimes, threadCpuNanos } from './machine.mjs';
import { JVM } from './servers.mjs';

const sum = (threads) => [...threads.values()].reduce((all, nanos) => all + nanos, 0);

export class LoadGenerator {
  #process;
  #lines;
  #log = '';

  /** Resolves when all peers are connected. @param {{ url: string, dialect: string, pid: number }} server */
  static async open(namespace, server, options) {
    const generator = new LoadGenerator();
    generator.server = server;
    const flags = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
    const command = [JVM.java, ...JVM.flags, '-jar', JVM.jar, 'load-test', server.url, '--server', server.dialect, '--controlled'];
    const child = spawn('ip', ['netns', 'exec', namespace, ...command, ...flags], { stdio: ['pipe', 'pipe', 'pipe'] });
    child.stderr.setEncoding('utf8').on('data', (text) => (generator.#log = (generator.#log + text).slice(-4_000)));
    generator.#process = child;
    generator.#lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    await generator.#expect('joined');
    return generator;
  }

  async #expect(word) {
    const { value, done } = await this.#lines.next();
    if (done || !value.startsWith(word)) throw new Error(`the load generator says ${done ? 'nothing more' : value}\n${this.#log}`);
    return value.slice(word.length);
  }

  /** Has the publishers send for a while, and says what came of it and what the server's process paid. */
  async measure(seconds) {
    this.#process.stdin.write(`measure ${seconds}\n`);
    await this.#expect('begin');
    const before = { machine: machineTimes(), cpu: threadCpuNanos(this.server.pid) };
    const report = JSON.parse(await this.#expect('end'));
    const cpu = threadCpuNanos(this.server.pid);
    return { ...report, cpuNanos: sum(cpu) - sum(before.cpu), idle: idlePercent(before.machine, machineTimes()), threads: [before.cpu, cpu] };
  }

  async close() {
    this.#process.stdin.end();
    if (this.#process.exitCode === null) await new Promise((resolve) => this.#process.once('exit', resolve));
  }
}
