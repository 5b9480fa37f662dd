/**
 * The load generator of the signaling bench, a process of its own that is told what to do by messages.
 *
 * A negotiation is what a newcomer brings about in a room of four: an offer and five candidates to each of the others,
 * who each answer with their description and five candidates; then the newcomer's ping, which says what it has
 * received. A room's next negotiation begins, with the next client as its newcomer, only when all of the last has come
 * back to the newcomer, so what is under way is bounded. Each message that comes is parsed and compared with what was
 * sent.
 */
import { answer, candidate, offer } from './kit/sdp.mjs';
import { FrameClient } from './kit/frame-client.mjs';

const ROOM_SIZE = 4;
const CANDIDATES = 5;
const VARIANTS = 16;
const TICK_MS = 4;

/** Messages of one negotiation that the server receives: descriptions, candidates and the ping. */
const PER_NEGOTIATION = (ROOM_SIZE - 1) * 2 * (1 + CANDIDATES) + 1;

const variants = Array.from({ length: VARIANTS }, (_, n) => {
  const [offerer, answerer] = [`offerer ${n}`, `answerer ${n}`];
  const sources = { 0: 'microphone', 1: 'camera' };
  const side = (seed, type, sdp) => ({
    type,
    sdp,
    candidates: Array.from({ length: CANDIDATES }, (_, k) => candidate(seed, k)),
    description: `"sdp":${JSON.stringify(sdp)},"sources":${JSON.stringify(sources)}}`,
    trickle: Array.from({ length: CANDIDATES }, (_, k) => `"candidate":${JSON.stringify(candidate(seed, k))}}`),
  });
  return {
    offerer: side(offerer, 'offer', offer(offerer)),
    answerer: side(answerer, 'answer', answer(answerer)),
  };
});

const stats = { sent: 0, expected: 0, delivered: 0, wrong: 0, behind: 0, ended: 0, firstWrong: '' };
const clients = [];
const idle = [];
let nextRoom = 0;

function wrong(why) {
  stats.wrong++;
  stats.firstWrong ||= why;
}

class Member {
  #connection;
  #n = 0;
  #seq = 0;
  #joined = null;
  #acknowledged = null;
  #closing = false;
  /** By sender: what must come, in order. */
  #expected = new Map();
  #remaining = 0;
  room = [];
  id = '';

  constructor(room, number) {
    this.roomName = `bench ${room}`;
    this.number = number;
    this.instance = `i-6e2a94f7-0c3b-4d58-a1f9-${String(room * ROOM_SIZE + number).padStart(12, '0')}`;
  }

  async join(port) {
    const joined = new Promise((resolve) => (this.#joined = resolve));
    this.#connection = await FrameClient.open(
      port,
      (text) => this.#onText(text),
      (why) => {
        if (this.#closing) return;
        stats.ended++;
        wrong(`a connection ended: ${why}`);
      },
    );
    const media = { microphone: true, camera: true, screen: false };
    const name = `Participant ${this.number}`;
    this.#write(JSON.stringify({ type: 'join', version: 1, room: this.roomName, name, instance: this.instance, media, topology: 'mesh' }));
    await joined;
  }

  leave() {
    this.#closing = true;
    this.#write('{"type":"leave"}');
    this.#connection.end();
  }

  acknowledge() {
    const acknowledged = new Promise((resolve) => (this.#acknowledged = resolve));
    this.#write(`{"type":"ping","seq":${this.#seq}}`);
    return acknowledged;
  }

  negotiate(variant) {
    this.#remaining = (this.room.length - 1) * (1 + CANDIDATES);
    for (const other of this.room) if (other !== this) other.#expect(this, variant, variants[variant].offerer);
    for (const other of this.room) if (other !== this) this.#expect(other, variant, variants[variant].answerer);
    for (const other of this.room) if (other !== this) this.#describe(other, variants[variant].offerer);
    for (const other of this.room) if (other !== this) this.#trickle(other, variants[variant].offerer);
  }

  #expect(from, variant, side) {
    const queue = this.#expected.get(from.id) ?? [];
    this.#expected.set(from.id, queue);
    queue.push({ from, variant, side, next: 0 });
    stats.expected += 1 + CANDIDATES;
  }

  #describe(to, side) {
    this.#send(`{"type":"${side.type}","n":${++this.#n},"to":"${to.id}","instance":"${to.instance}",${side.description}`);
  }

  #trickle(to, side) {
    for (const part of side.trickle) {
      this.#send(`{"type":"candidate","n":${++this.#n},"to":"${to.id}","instance":"${to.instance}",${part}`);
    }
  }

  #send(text) {
    stats.sent++;
    this.#write(text);
  }

  #write(text) {
    this.#connection.send(text);
  }

  #onText(text) {
    const message = JSON.parse(text);
    if (message.seq !== undefined && message.type !== 'joined') {
      if (message.seq !== ++this.#seq) wrong(`seq ${message.seq} instead of ${this.#seq}`);
      this.#seq = message.seq;
    }
    switch (message.type) {
      case 'joined':
        this.id = message.participant;
        this.#joined();
        break;
      case 'participant-joined':
      case 'participant-left':
        break;
      case 'offer':
      case 'answer':
      case 'candidate':
        this.#onNegotiation(message);
        break;
      case 'pong':
        this.#onPong();
        break;
      default:
        wrong(text);
    }
  }

  #onPong() {
    if (this.#acknowledged) {
      this.#acknowledged();
      this.#acknowledged = null;
      return;
    }
    stats.delivered++;
    idle.push(this.room[(this.number + 1) % ROOM_SIZE]);
  }

  #onNegotiation(message) {
    const queue = this.#expected.get(message.from);
    const current = queue?.[0];
    if (!current || message.type !== (current.next === 0 ? current.side.type : 'candidate')) {
      wrong(`not expected: ${message.type}`);
      return;
    }
    stats.delivered++;
    const { side, next } = current;
    if (next === 0 ? message.sdp !== side.sdp : !isSame(message.candidate, side.candidates[next - 1])) {
      wrong(`not what was sent: ${JSON.stringify(message)}`);
    }
    if (++current.next > CANDIDATES) queue.shift();
    if (next === 0 && side.type === 'offer') {
      const own = variants[current.variant].answerer;
      this.#describe(current.from, own);
      this.#trickle(current.from, own);
    }
    if (side.type === 'answer' && --this.#remaining === 0) {
      stats.expected++;
      this.#send(`{"type":"ping","t":${Date.now()},"seq":${this.#seq}}`);
    }
  }
}

function isSame(one, other) {
  return (
    one.candidate === other.candidate &&
    one.sdpMid === other.sdpMid &&
    one.sdpMLineIndex === other.sdpMLineIndex &&
    one.usernameFragment === other.usernameFragment
  );
}

/** Joins `count` clients, a few at a time. */
async function join(port, count) {
  const rooms = nextRoom + count / ROOM_SIZE;
  let next = nextRoom;
  nextRoom = rooms;
  const worker = async () => {
    while (next < rooms) {
      const number = next++;
      const room = Array.from({ length: ROOM_SIZE }, (_, n) => new Member(number, n));
      for (const member of room) {
        member.room = room;
        await member.join(port);
      }
      // As a client's ping does soon after: the server may forget what it kept of the events so far.
      await Promise.all(room.map((member) => member.acknowledge()));
      clients.push(...room);
      idle.push(room[0]);
    }
  };
  await Promise.all(Array.from({ length: 16 }, worker));
}

let variant = 0;
let timer = null;

/** Begins negotiations at `rate` messages a second, or as many as come back when the rate is 0. */
function run(rate) {
  const startedAt = performance.now();
  let begun = 0;
  const tick = () => {
    const due = rate === 0 ? Infinity : ((performance.now() - startedAt) / 1000) * (rate / PER_NEGOTIATION);
    while (begun < due && idle.length > 0) {
      begun++;
      idle.shift().negotiate(variant++ % VARIANTS);
    }
    stats.behind = rate === 0 ? 0 : Math.max(0, (due - begun) / due);
  };
  timer = setInterval(tick, TICK_MS);
  tick();
}

/** No new negotiations; resolves when all has come that was sent for, or nothing comes any more. */
async function drain() {
  clearInterval(timer);
  for (let last = -1; stats.delivered < stats.expected && last !== stats.delivered; ) {
    last = stats.delivered;
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
}

const commands = {
  join: ({ port, count }) => join(port, count),
  run: ({ rate }) => run(rate),
  drain,
  leave: () => {
    clients.splice(0).forEach((client) => client.leave());
    idle.length = 0;
  },
  stats: () => {},
};
process.on('message', async (message) => {
  try {
    await commands[message.command](message);
    process.send({ ...stats, cpuMicros: process.cpuUsage().user + process.cpuUsage().system });
  } catch (error) {
    process.send({ error: error.stack });
  }
});
process.on('disconnect', () => process.exit(0));
