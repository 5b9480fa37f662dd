/**
 * Participants that are Java programs on our own stack: examples/room-peer, several in one process. Each plays a clip with
 * its sender's pictures and tone, and saves what it receives; the files are judged here.
 */
import { execFile, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { COLUMNS, ROWS, decodeBlocks, lumaOfBlocks } from './block-code.mjs';
import { FFMPEG, TARGET, ivfFile, oggFile } from './fake-media.mjs';
import { ROOT } from './server.mjs';
import { strongestTone } from './tone.mjs';
import { until } from './wait.mjs';

export const PROGRAM = `${ROOT}examples/room-peer/target/room-peer.jar`;
/** Quick to start and light on the compiler: the peers share the machine with browsers. */
const JVM = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];
/** Pixels that ffmpeg makes of a picture: enough for the block code. */
const [WIDTH, HEIGHT] = [COLUMNS * 10, ROWS * 10];
const HEARING_RATE = 16_000;
const run = promisify(execFile);

/**
 * @typedef {object} JavaPeersOptions
 * @property {import('./fake-media.mjs').Sender[]} senders one for each
 * @property {string} [name] a number follows
 * @property {number[]} [levels] how loud each says it is, in -dBov
 */

export class JavaPeers {
  /** What the program wrote that it should not have. */
  errors = [];
  #lines = [];
  #child = null;
  #exit = null;
  #folder = mkdtempSync(join(tmpdir(), 'stoa-java-peers-'));

  /** @param {JavaPeersOptions} given */
  constructor({ senders, name = 'Java', levels = [] }) {
    this.name = name;
    this.levels = levels;
    /** As the others see them. */
    this.all = senders.map((sender, n) => ({ name: senders.length === 1 ? name : `${name} ${n + 1}`, sender }));
  }

  /** Starts the program, up to where it would join. */
  async prepare(base, room) {
    const options = ['--url', `${base}/r/${encodeURIComponent(room)}`, '--name', this.name, '--count', this.all.length];
    for (const { sender } of this.all) options.push('--play', `${ivfFile(sender.id)},${oggFile(sender.hz)}`);
    for (const level of this.levels) options.push('--level', level);
    options.push('--save', this.#folder, '--wait');
    const java = `${process.env.JAVA_HOME}/bin/java`;
    this.#child = spawn(java, [...JVM, '-jar', PROGRAM, ...options.map(String)], { stdio: ['pipe', 'pipe', 'pipe'] });
    this.#exit = new Promise((resolve) => this.#child.once('exit', (code, signal) => resolve(code ?? signal)));
    this.#child.once('error', (error) => this.errors.push(error.message));
    this.#child.stdin.on('error', () => {}); // It has ended; the exit says how.
    this.#child.stdout.setEncoding('utf8').on('data', (text) => this.#lines.push(...text.split('\n')));
    this.#child.stderr.setEncoding('utf8').on('data', (text) => this.errors.push(text));
    void this.#exit.then((how) => how !== 0 && this.errors.push(`room-peer ended with ${how}`));
    await until('the Java peers are ready', () => {
      if (this.errors.length > 0) throw new Error(this.errors.join('\n'));
      return this.#lines.some((line) => / ready:/.test(line));
    });
  }

  /** All into the room. */
  async join() {
    this.#child.stdin.write('\n');
    await until('the Java peers are in the room', () => this.#said(/ joined as /).length === this.all.length);
  }

  #said(pattern) {
    return this.#lines.filter((line) => pattern.test(line));
  }

  /** @returns {number | undefined} when any of these first knew that somebody is in the room, in ms since 1970 */
  firstSawAt(name) {
    const sawIt = this.#lines.filter((line) => line.endsWith(`: sees ${name}`) || line.includes(` ${name}: joined as `));
    return sawIt.length === 0 ? undefined : Math.min(...sawIt.map((line) => Number(line.split(' ')[0])));
  }

  /** Out of the room; what was saved is complete then. */
  async leave() {
    this.#child.stdin.end();
    await this.#exit;
  }

  /**
   * What one of them has saved.
   *
   * @param {number} n from 0
   * @returns {{path: string, name: string, source: string, codec: string}[]} name of the participant that it is of
   */
  saved(n) {
    const folder = join(this.#folder, String(n + 1));
    const lines = readFileSync(join(folder, 'received.tsv'), 'utf8').trimEnd().split('\n');
    return lines.map((line) => {
      const [file, , name, source, codec] = line.split('\t');
      return { path: join(folder, file), name, source, codec };
    });
  }

  async evidence(prefix) {
    mkdirSync(TARGET, { recursive: true });
    const file = join(TARGET, `${prefix}-${this.name}`.replace(/[^\p{L}\p{N}-]+/gu, '_').slice(0, 150) + '.txt');
    const files = readdirSync(this.#folder, { recursive: true });
    writeFileSync(file, [...this.errors, ...this.#lines, ...files].join('\n'));
    return file;
  }

  async close() {
    if (this.#child) {
      this.#child.stdin.end();
      const late = setTimeout(() => this.#child.kill('SIGKILL'), 10_000);
      await this.#exit;
      clearTimeout(late);
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

async function decoded(path, words) {
  const options = { encoding: 'buffer', maxBuffer: 64 << 20 };
  const { stdout } = await run(FFMPEG, ['-loglevel', 'error', '-i', path, ...words, '-'], options);
  return stdout;
}

/** @returns {Promise<ReturnType<typeof decodeBlocks>[]>} what each picture of a file says, of the first ones */
export async function picturesIn(path, { count = 60 } = {}) {
  const filter = ['-vf', `scale=${WIDTH}:${HEIGHT}:flags=area`, '-fps_mode', 'passthrough', '-frames:v', String(count)];
  const bytes = await decoded(path, [...filter, '-f', 'rawvideo', '-pix_fmt', 'gray']);
  const pictures = [];
  for (let at = 0; at < bytes.length; at += WIDTH * HEIGHT) {
    const rgba = [...bytes.subarray(at, at + WIDTH * HEIGHT)].flatMap((grey) => [grey, grey, grey, 255]);
    pictures.push(decodeBlocks(lumaOfBlocks(rgba, WIDTH, HEIGHT)));
  }
  return pictures;
}

/** @returns {Promise<{hz: number, db: number, seconds: number}>} the strongest tone of a file's first two seconds */
export async function toneIn(path) {
  const bytes = await decoded(path, ['-t', '2', '-ac', '1', '-ar', String(HEARING_RATE), '-f', 's16le']);
  const samples = Array.from({ length: bytes.length / 2 }, (_, n) => bytes.readInt16LE(n * 2) / 32_768);
  return { ...strongestTone(samples, HEARING_RATE), seconds: samples.length / HEARING_RATE };
}
