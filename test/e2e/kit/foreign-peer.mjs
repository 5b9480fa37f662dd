/**
 * Participants that are neither browsers nor ours: GStreamer's webrtcbin (gstreamer-peer.py) and libwebrtc by webrtc-java
 * (test/webrtc-java), programs that speak the same words with this one. Scenarios and observe.mjs treat them like a `Person`;
 * what they received is judged here, by the same block code and the same ear as what a page shows.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { decodeBlocks, lumaOfBlocks } from './block-code.mjs';
import { PULSE, TARGET, audioFile, videoFile } from './fake-media.mjs';
import { ROOT } from './server.mjs';
import { strongestTone } from './tone.mjs';
import { until } from './wait.mjs';

/** Debian's own: the bindings of GStreamer belong to it, not to another Python on the PATH. */
export const PYTHON = '/usr/bin/python3';
export const PROGRAM = fileURLToPath(new URL('gstreamer-peer.py', import.meta.url));

export const WEBRTC_JAVA = `${ROOT}test/webrtc-java/target/webrtc-java-peer.jar`;

/** One pulse and one pause hold a tone, whenever they begin. */
const HEARD_MS = PULSE.onMs + PULSE.offMs;
/** Sound that is older than this is over. */
const STALE_MS = 250;
/** GStreamer's GstDtlsSrtpCipher and GstDtlsSrtpAuth. */
const CIPHERS = ['none', 'AES-128-CM'];
const AUTHENTICATIONS = ['none', 'HMAC-SHA1-32', 'HMAC-SHA1-80'];

/**
 * @typedef {object} ForeignOptions
 * @property {string} name as shown to the others
 * @property {import('./fake-media.mjs').Sender} sender
 * @property {'VP8' | 'VP9' | 'H264'} [sends]
 * @property {string[]} [receives] codecs of its slots for pictures
 * @property {number} [audioSlots]
 * @property {number} [videoSlots]
 * @property {string} [namespace] network namespace to run in
 */

class ForeignPeer {
  /** What GStreamer, the program or the server called an error. */
  errors = [];
  /** What else was written to the standard output. */
  words = [];
  /** Messages of the server. */
  messages = [];
  offer = '';
  answer = '';
  /** {cipher, auth} or {srtp} of each DTLS association, null before there is one. */
  transport = null;
  /** By mid: the codec of what arrived last. */
  received = new Map();
  keyFrameRequests = 0;
  slots = {};
  #participants = new Map();
  #frames = new Map(); // mid -> {width, height, grey}
  #sounds = new Map(); // mid -> {rate, chunks, at}
  #child = null;
  #exit = null;

  /** @param {ForeignOptions} given */
  constructor(given) {
    this.given = given;
    this.name = given.name;
    this.sender = given.sender;
  }

  /** Into the room; returns once media can flow. */
  async enter(base, room) {
    const { sends = 'VP8', receives = ['VP8', 'VP9', 'H264'], audioSlots = 2, videoSlots = 2, namespace } = this.given;
    const options = {
      url: `${base.replace(/^http/, 'ws')}/ws`, room, name: this.name, sends, receives, audioSlots, videoSlots,
      video: videoFile(this.sender.id), audio: audioFile(this.sender.hz),
    };
    const command = [...(namespace ? ['ip', 'netns', 'exec', namespace] : []), ...this.program, JSON.stringify(options)];
    this.#child = spawn(command[0], command.slice(1), { stdio: ['pipe', 'pipe', 'pipe'] });
    this.#exit = new Promise((resolve) => this.#child.once('exit', (code, signal) => resolve({ code, signal })));
    this.#child.once('error', (error) => this.errors.push(`${command[0]}: ${error.message}`));
    this.#child.stdin.on('error', () => {}); // It has ended; the exit says how.
    // What is no event is a word of a native library's own.
    lines(this.#child.stdout, (line) => (line.startsWith('{') ? this.#take(JSON.parse(line)) : this.words.push(line)));
    lines(this.#child.stderr, (line) => this.errors.push(line));
    void this.#exit.then(({ code, signal }) => {
      if (code !== 0) this.errors.push(`the ${this.engine} peer ended with ${code ?? signal}`);
    });
    await until(`${this.name} connected with the server`, () => {
      if (this.errors.length > 0) throw new Error(this.errors.join('\n'));
      return this.transport;
    });
  }

  #take(event) {
    const takers = {
      signal: ({ message }) => this.#hear(message),
      offer: ({ sdp }) => (this.offer = sdp),
      connected: ({ transport }) => (this.transport = transport),
      receiving: ({ mid, codec }) => this.received.set(mid, codec),
      frame: ({ mid, width, height, grey }) => this.#frames.set(mid, { width, height, grey }),
      sound: (sound) => this.#listen(sound),
      'keyframe-requested': () => this.keyFrameRequests++,
      error: ({ text }) => this.errors.push(text),
      closed: () => {},
    };
    takers[event.type](event);
  }

  #hear(message) {
    this.messages.push(message);
    const { type, participant } = message;
    if (type === 'joined') for (const other of message.participants) this.#participants.set(other.id, other);
    if (type === 'participant-joined' || type === 'participant-updated') this.#participants.set(participant.id, participant);
    if (type === 'participant-left') this.#participants.delete(participant);
    if (type === 'answer') this.answer = message.sdp;
    if (type === 'slots') this.#fill(message.slots);
    if (type === 'error' || type === 'closing') this.errors.push(`the server: ${JSON.stringify(message)}`);
  }

  /** What a slot carried before is not what it carries now. */
  #fill(slots) {
    for (const mid of [...this.#frames.keys(), ...this.#sounds.keys()]) {
      const [was, is] = [this.slots[mid], slots[mid]];
      if (was?.participant === is?.participant && was?.source === is?.source) continue;
      this.#frames.delete(mid);
      this.#sounds.delete(mid);
    }
    this.slots = slots;
  }

  #listen({ mid, rate, samples }) {
    const sound = this.#sounds.get(mid) ?? { chunks: [] };
    const bytes = Buffer.from(samples, 'base64');
    const chunks = [...sound.chunks, Array.from({ length: bytes.length / 2 }, (_, n) => bytes.readInt16LE(n * 2) / 32_768)];
    while (chunks.length > 1 && chunks.slice(1).reduce((sum, { length }) => sum + length, 0) >= (rate * HEARD_MS) / 1000) {
      chunks.shift();
    }
    this.#sounds.set(mid, { rate, chunks, at: Date.now() });
  }

  #slotOf(participant, source) {
    return Object.keys(this.slots).find(
      (mid) => this.slots[mid].participant === participant && this.slots[mid].source === source,
    );
  }

  /** As in-page.mjs has it: everybody else in the room. */
  async remotes() {
    return [...this.#participants.values()].map(({ id, name, media }) => ({
      participant: id,
      source: 'camera',
      text: name,
      labels: media.microphone ? [] : ['microphone off'],
      shown: true,
    }));
  }

  /** As in-page.mjs has it: the last frame of the slot that carries this now. */
  async picture(participant, source) {
    const mid = this.#slotOf(participant, source);
    if (mid === undefined) return { reject: 'no slot' };
    const frame = this.#frames.get(mid);
    if (!frame) return { reject: 'no frame' };
    const { width, height, grey } = frame;
    const rgba = [...Buffer.from(grey, 'base64')].flatMap((value) => [value, value, value, 255]);
    return decodeBlocks(lumaOfBlocks(rgba, width, height));
  }

  /** As in-page.mjs has it: the strongest tone of the last moments. */
  async tone(participant, source) {
    const mid = this.#slotOf(participant, source === 'screen' ? 'screen-audio' : 'microphone');
    if (mid === undefined) return { reject: 'no slot' };
    const sound = this.#sounds.get(mid);
    if (!sound || Date.now() - sound.at > STALE_MS) return { reject: 'silence' };
    return strongestTone(sound.chunks.flat(), sound.rate);
  }

  /** Sends or holds back, and says so. */
  turn(media) {
    this.#command({ do: 'media', media: { microphone: true, camera: true, screen: false, ...media } });
  }

  async leave() {
    this.#command({ do: 'leave' });
    await this.#exit;
  }

  #command(command) {
    this.#child.stdin.write(`${JSON.stringify(command)}\n`);
  }

  /** One line for the report: what was agreed on with the server. */
  negotiated() {
    const sections = this.answer.split(/^(?=m=)/m).slice(1);
    const codecs = sections.map((section) => {
      const names = [...section.matchAll(/^a=rtpmap:\d+ ([^/]+)/gm)].map(([, name]) => name).filter((name) => name !== 'rtx');
      const [, mid] = /^a=mid:(.*?)\r?$/m.exec(section);
      const [direction] = /sendonly|recvonly|sendrecv|inactive/.exec(section) ?? ['sendrecv'];
      const got = this.received.has(mid) ? ` (got ${this.received.get(mid)})` : '';
      return `${mid} ${direction} ${names.join(' ')}${/ rtx\//.test(section) ? ' +rtx' : ''}${got}`;
    });
    const profiles = (this.transport ?? []).map(
      ({ cipher, auth, srtp }) => srtp ?? `${CIPHERS[cipher] ?? cipher} ${AUTHENTICATIONS[auth] ?? auth}`,
    );
    return `SRTP ${profiles.join(', ')}; by the answer: ${codecs.join('; ')}`;
  }

  async evidence(prefix) {
    mkdirSync(TARGET, { recursive: true });
    const file = join(TARGET, `${prefix}-${this.name}`.replace(/[^\p{L}\p{N}-]+/gu, '_').slice(0, 150) + '.json');
    const { errors, words, messages, offer, answer, slots, transport, keyFrameRequests } = this;
    const received = Object.fromEntries(this.received);
    writeFileSync(file, JSON.stringify({ errors, words, slots, received, transport, keyFrameRequests, offer, answer, messages }, null, 1));
    return file;
  }

  async close() {
    if (!this.#child) return;
    this.#child.stdin.end();
    const late = setTimeout(() => this.#child.kill('SIGKILL'), 5_000);
    await this.#exit;
    clearTimeout(late);
  }
}

export class GStreamerPeer extends ForeignPeer {
  engine = 'gstreamer';
  program = [PYTHON, PROGRAM];
}

/** It sees, and is seen and heard; what it receives of sound it plays to a device that is none, and nobody can listen. */
export class WebrtcJavaPeer extends ForeignPeer {
  engine = 'webrtc-java';
  program = [`${process.env.JAVA_HOME}/bin/java`, '-jar', WEBRTC_JAVA];
}

function lines(stream, take) {
  let rest = '';
  stream.setEncoding('utf8').on('data', (text) => {
    const whole = (rest + text).split('\n');
    rest = whole.pop();
    for (const line of whole) if (line !== '') take(line);
  });
}
