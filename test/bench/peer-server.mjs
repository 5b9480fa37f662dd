/**
 * The peer of the signaling bench: the protocol of docs/PROTOCOL.md on Node.js and the library `ws`, written as one
 * would for production. Every message is parsed, its members' types and lengths are checked, the room decides, what is
 * forwarded is written anew, numbered in each session, and kept until the client says that it has it. Missing are only
 * join tokens, resuming and rate limits, which a run never reaches.
 *
 * node peer-server.mjs PORT
 */
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';

const MAX_MESSAGE_BYTES = 65_536;
const MAX_PARTICIPANTS = 100;
const MAX_QUEUED_BYTES = 1 << 20;
const MAX_KEPT_MESSAGES = 256;
const MAX_KEPT_CHARS = 256 * 1024;
const JOIN_TIMEOUT_MS = 10_000;
const SOURCE_KINDS = new Set(['microphone', 'camera', 'screen', 'screen-audio']);
// eslint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;

class Refusal extends Error {
  constructor(code, message, hint = 'See docs/PROTOCOL.md.') {
    super(message);
    this.problem = { code, message, hint };
  }
}
Error.stackTraceLimit = 0;

const bad = (message) => new Refusal('bad-message', message);

function text(value, field, max) {
  if (typeof value !== 'string') throw bad(`${field} is a string.`);
  if (value.length > max) throw bad(`${field} has at most ${max} characters.`);
  return value;
}

function optionalText(value, field, max) {
  return value === undefined || value === null ? null : text(value, field, max);
}

function whole(value, field) {
  if (!Number.isSafeInteger(value) || value < 0) throw bad(`${field} is a whole number, 0 or more.`);
  return value;
}

function object(value, field) {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw bad(`${field} is an object.`);
  return value;
}

function name(value, code) {
  if (typeof value !== 'string' || value.length > 512) throw new Refusal(code, 'This name cannot be used.');
  const normal = value.trim().normalize('NFC');
  const length = [...normal].length;
  if (length < 1 || length > 64 || CONTROL.test(normal)) throw new Refusal(code, 'This name cannot be used.');
  return normal;
}

function media(value) {
  object(value, 'media');
  const { microphone = false, camera = false, screen = false } = value;
  for (const flag of [microphone, camera, screen]) if (typeof flag !== 'boolean') throw bad('media holds booleans.');
  return { microphone, camera, screen };
}

function sources(value) {
  if (value === undefined) return {};
  const checked = {};
  let count = 0;
  for (const [mid, kind] of Object.entries(object(value, 'sources'))) {
    if (!SOURCE_KINDS.has(kind)) throw bad('A source is microphone, camera, screen or screen-audio.');
    if (++count > 32 || mid.length > 64) throw bad('sources has at most 32 entries with short names.');
    checked[mid] = kind;
  }
  return checked;
}

function candidate(value) {
  if (value === null) return null;
  if (value === undefined) throw bad('candidate is missing.');
  object(value, 'candidate');
  const index = value.sdpMLineIndex ?? null;
  return {
    candidate: text(value.candidate, 'candidate.candidate', 1024),
    sdpMid: optionalText(value.sdpMid, 'sdpMid', 64),
    sdpMLineIndex: index === null ? null : Math.min(whole(index, 'sdpMLineIndex'), 65_535),
    usernameFragment: optionalText(value.usernameFragment, 'usernameFragment', 256),
  };
}

/** What is kept of the messages sent, for a client that comes back: bounded, oldest forgotten first. */
class Outbox {
  #kept = [];
  #first = 0;
  #chars = 0;
  seq = 0;

  add(body) {
    this.#kept.push(body);
    this.#chars += body.length;
    while (this.#kept.length - this.#first > MAX_KEPT_MESSAGES || this.#chars > MAX_KEPT_CHARS) this.#shift();
    return ++this.seq;
  }

  forget(seq) {
    while (this.#first < this.#kept.length && this.seq - (this.#kept.length - this.#first) < seq) this.#shift();
  }

  #shift() {
    this.#chars -= this.#kept[this.#first].length;
    this.#kept[this.#first++] = undefined;
    if (this.#first === this.#kept.length) {
      this.#kept = [];
      this.#first = 0;
    } else if (this.#first >= 64 && this.#first * 2 > this.#kept.length) {
      this.#kept = this.#kept.slice(this.#first);
      this.#first = 0;
    }
  }
}

const rooms = new Map();

class Client {
  #socket;
  #joinTimer;
  #room = null;
  #outbox = new Outbox();
  #received = 0;
  id = '';
  info = null;

  constructor(socket) {
    this.#socket = socket;
    this.#joinTimer = setTimeout(() => this.#end(new Refusal('join-expected', 'join is missing')), JOIN_TIMEOUT_MS);
    socket.on('message', (data, isBinary) => this.#onMessage(data, isBinary));
    socket.on('close', () => this.#onClosed());
    socket.on('error', () => socket.terminate());
  }

  /** An event that the client must not miss. `body` is its JSON without the opening brace. */
  event(body) {
    this.send(`{"seq":${this.#outbox.add(body)},${body}`);
  }

  send(message) {
    if (this.#socket.bufferedAmount > MAX_QUEUED_BYTES) this.#socket.close(4408, 'too-slow');
    else this.#socket.send(message);
  }

  #onMessage(data, isBinary) {
    let n = 0;
    try {
      if (isBinary) throw bad('A message is a text frame.');
      const message = JSON.parse(data);
      object(message, 'A message');
      const type = text(message.type, 'type', 64);
      if (this.#room === null) {
        if (type !== 'join') throw new Refusal('join-expected', 'The first message is join.');
        this.#join(message);
        return;
      }
      if (message.n !== undefined) {
        n = whole(message.n, 'n');
        if (n !== 0 && n <= this.#received) return;
        this.#received = n;
      }
      this.#handle(type, message);
    } catch (error) {
      const problem = error instanceof Refusal ? error.problem : bad('This is not valid JSON.').problem;
      if (this.#room === null) this.#end(new Refusal(problem.code, problem.message));
      else this.send(JSON.stringify({ type: 'error', ...problem, ...(n > 0 && { re: n }) }));
    }
  }

  #handle(type, message) {
    switch (type) {
      case 'offer':
      case 'answer': {
        const { to, instance } = this.#target(message);
        const sdp = text(message.sdp, 'sdp', 48_000);
        this.#forward(to, instance, { type, from: this.id, sdp, sources: sources(message.sources) });
        break;
      }
      case 'candidate': {
        const { to, instance } = this.#target(message);
        this.#forward(to, instance, { type, from: this.id, candidate: candidate(message.candidate) });
        break;
      }
      case 'chat': {
        const id = text(message.id, 'id', 64);
        const words = text(message.text, 'text', 8_000);
        if (words.trim() === '' || [...words].length > 4_000) throw bad('text has 1 to 4000 characters.');
        this.#broadcast({ type, from: this.id, name: this.info.name, id, text: words, at: Date.now() });
        break;
      }
      case 'rename':
        this.info.name = name(message.name, 'name-invalid');
        this.#broadcast({ type: 'participant-updated', participant: this.info });
        break;
      case 'media':
        this.info.media = media(message.media);
        this.#broadcast({ type: 'participant-updated', participant: this.info });
        break;
      case 'ping':
        if (message.t !== undefined && !Number.isFinite(message.t)) throw bad('t is a number.');
        if (message.seq !== undefined) this.#outbox.forget(whole(message.seq, 'seq'));
        this.send(JSON.stringify({ type: 'pong', t: message.t, received: this.#received }));
        break;
      case 'leave':
        this.#socket.close(1000);
        break;
      case 'join':
        throw new Refusal('already-joined', 'This connection is in a room already.');
      default:
        throw new Refusal('unknown-type', 'There is no message of this type.');
    }
  }

  #target(message) {
    return { to: text(message.to, 'to', 64), instance: text(message.instance, 'instance', 64) };
  }

  #forward(to, instance, event) {
    const addressee = this.#room.get(to);
    if (!addressee) throw new Refusal('no-such-participant', 'This participant is not in the room.');
    if (addressee.info.instance === instance) addressee.event(JSON.stringify(event).slice(1));
  }

  #broadcast(event) {
    const body = JSON.stringify(event).slice(1);
    for (const other of this.#room.values()) if (other !== this) other.event(body);
  }

  #join(message) {
    if (message.version !== 1) throw new Refusal('version-unsupported', 'This server speaks version 1.');
    const roomName = name(message.room, 'room-name-invalid');
    const info = {
      id: `p-${randomBytes(12).toString('base64url')}`,
      name: name(message.name, 'name-invalid'),
      instance: text(message.instance, 'instance', 64),
      media: message.media === undefined ? media({}) : media(message.media),
      connected: true,
    };
    let room = rooms.get(roomName);
    if (room === undefined) rooms.set(roomName, (room = new Map()));
    if (room.size >= MAX_PARTICIPANTS) throw new Refusal('room-full', 'The room is full.');
    clearTimeout(this.#joinTimer);
    const joined = {
      type: 'joined',
      version: 1,
      room: roomName,
      participant: info.id,
      name: info.name,
      session: 'new',
      seq: 0,
      received: 0,
      resumeToken: randomBytes(96).toString('base64url'),
      resumeSeconds: 30,
      participants: Array.from(room.values(), (other) => other.info),
      limits: { maxMessageBytes: MAX_MESSAGE_BYTES, maxParticipants: MAX_PARTICIPANTS },
    };
    this.id = info.id;
    this.info = info;
    this.roomName = roomName;
    this.#room = room;
    room.set(this.id, this);
    this.send(JSON.stringify(joined));
    this.#broadcast({ type: 'participant-joined', participant: info });
  }

  #onClosed() {
    clearTimeout(this.#joinTimer);
    if (this.#room === null) return;
    this.#room.delete(this.id);
    if (this.#room.size === 0) rooms.delete(this.roomName);
    else this.#broadcast({ type: 'participant-left', participant: this.id, reason: 'left' });
  }

  #end({ problem }) {
    clearTimeout(this.#joinTimer);
    this.send(JSON.stringify({ type: 'closing', ...problem }));
    this.#socket.close(4400, problem.code);
  }
}

const http = createServer((request, response) => {
  response.writeHead(request.url === '/healthz' ? 200 : 404).end();
});
const sockets = new WebSocketServer({
  server: http,
  path: '/ws',
  perMessageDeflate: false,
  maxPayload: MAX_MESSAGE_BYTES,
  clientTracking: false,
});
sockets.on('connection', (socket) => new Client(socket));
http.listen({ port: Number(process.argv[2]), host: '127.0.0.1', backlog: 4096 });

process.on('message', (command) => {
  if (command !== 'collect') return;
  globalThis.gc();
  process.send('collected');
});
process.on('SIGTERM', () => process.exit(0));
process.on('disconnect', () => process.exit(0));
