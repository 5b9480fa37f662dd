/**
 * The camera and the microphone of each sender: a clip whose picture is the block code, and a tone of the sender's own.
 * Chromium plays them with --use-file-for-fake-video-capture and --use-file-for-fake-audio-capture.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, writeFileSync, openSync, writeSync, closeSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { COLUMNS, FPS, HEIGHT, PERIOD, ROWS, WIDTH, encodeBlocks } from './block-code.mjs';

/** Everything that runs leave behind; not in git. */
export const TARGET = fileURLToPath(new URL('../target/', import.meta.url));

/** Debian's. */
export const FFMPEG = '/usr/bin/ffmpeg';

const SAMPLE_RATE = 48_000;
/** The tone is on and off by turns: a steady one is noise to a browser's noise suppression. */
export const PULSE = { onMs: 180, offMs: 120 };

/**
 * @typedef {{index: number, id: number, hz: number}} Sender
 * index from 0; id in the block code; hz of the tone
 */

/** @returns {Sender} Ids differ in several bits, no tone is near a multiple of another. */
export function sender(index) {
  const id = [0x1d, 0xa3, 0x56, 0xe8, 0x72, 0x8d, 0x39, 0xc4, 0x97, 0xb0, 0x1a, 0xae][index];
  const hz = [430, 610, 790, 1030, 1390, 1670, 2110, 2510, 2890, 3530, 910, 1530][index];
  if (id === undefined || hz === undefined) throw new RangeError(`there are twelve senders, not ${index + 1}`);
  return { index, id, hz };
}

/**
 * @typedef {{width: number, height: number}} Size
 * A camera's picture. Most tests are content with a small one; layers need a larger one.
 */

/** @type {Size} */
const USUAL = { width: WIDTH, height: HEIGHT };

/** @returns {Buffer} one I420 frame */
export function i420(id, counter, { width, height } = USUAL) {
  const blocks = encodeBlocks(id, counter);
  const frame = Buffer.alloc((width * height * 3) / 2, 128);
  const line = Buffer.alloc(width);
  for (let y = 0; y < height; y++) {
    const row = Math.floor((y * ROWS) / height);
    if (y === 0 || row !== Math.floor(((y - 1) * ROWS) / height)) {
      for (let x = 0; x < width; x++) line[x] = blocks[row * COLUMNS + Math.floor((x * COLUMNS) / width)] ? 235 : 16;
    }
    line.copy(frame, y * width);
  }
  return frame;
}

function once(name, write) {
  mkdirSync(join(TARGET, 'media'), { recursive: true });
  const path = join(TARGET, 'media', name);
  if (!existsSync(path)) {
    const part = `${path}.${process.pid}`;
    write(part);
    renameSync(part, path);
  }
  return path;
}

/** @returns {string} path of a .y4m whose counter rises over all of its frames; a large one begins again sooner */
export function videoFile(id, { width, height } = USUAL) {
  const frames = width > WIDTH ? PERIOD / 4 : PERIOD;
  return once(`video-${id}-${width}x${height}-${FPS}-${frames}.y4m`, (path) => {
    const file = openSync(path, 'w');
    writeSync(file, `YUV4MPEG2 W${width} H${height} F${FPS}:1 Ip A1:1 C420jpeg\n`);
    for (let counter = 0; counter < frames; counter++) {
      writeSync(file, 'FRAME\n');
      writeSync(file, i420(id, counter, { width, height }));
    }
    closeSync(file);
  });
}

/** @returns {string} path of a .wav with a pulsed tone; it loops without a click that matters */
export function audioFile(hz) {
  return once(`tone-${hz}-${PULSE.onMs}-${PULSE.offMs}.wav`, (path) => {
    const seconds = 3; // a multiple of the pulse period
    const samples = SAMPLE_RATE * seconds;
    const data = Buffer.alloc(44 + samples * 2);
    data.write('RIFF', 0);
    data.writeUInt32LE(36 + samples * 2, 4);
    data.write('WAVEfmt ', 8);
    data.writeUInt32LE(16, 16);
    data.writeUInt16LE(1, 20); // PCM
    data.writeUInt16LE(1, 22); // mono
    data.writeUInt32LE(SAMPLE_RATE, 24);
    data.writeUInt32LE(SAMPLE_RATE * 2, 28);
    data.writeUInt16LE(2, 32);
    data.writeUInt16LE(16, 34);
    data.write('data', 36);
    data.writeUInt32LE(samples * 2, 40);
    const period = PULSE.onMs + PULSE.offMs;
    for (let n = 0; n < samples; n++) {
      const ms = ((n * 1000) / SAMPLE_RATE) % period;
      const ramp = Math.max(0, Math.min(1, ms / 10, (PULSE.onMs - ms) / 10));
      data.writeInt16LE(Math.round(12_000 * ramp * Math.sin((2 * Math.PI * hz * n) / SAMPLE_RATE)), 44 + n * 2);
    }
    writeFileSync(path, data);
  });
}

/** Half the width and height: a room of ten has little to spare. */
const SMALL = `scale=${WIDTH / 2}:${HEIGHT / 2}:flags=neighbor`;

function ffmpeg(...words) {
  execFileSync(FFMPEG, ['-y', '-loglevel', 'error', ...words], { stdio: ['ignore', 'pipe', 'inherit'] });
}

/** @returns {string} path of an .ivf with the same pictures, smaller, in VP8 with a key frame every two seconds */
export function ivfFile(id) {
  const clip = videoFile(id);
  const encode = ['-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '8', '-g', String(2 * FPS), '-b:v', '150k'];
  return once(`video-${id}-small.ivf`, (path) => ffmpeg('-i', clip, '-vf', SMALL, ...encode, '-f', 'ivf', path));
}

/** @returns {string} path of an .ogg with the same tone in Opus, packets of 20 ms */
export function oggFile(hz) {
  const tone = audioFile(hz);
  return once(`tone-${hz}.ogg`, (path) => ffmpeg('-i', tone, '-c:a', 'libopus', '-b:a', '32k', '-f', 'ogg', path));
}
