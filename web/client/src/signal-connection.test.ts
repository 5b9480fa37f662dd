import { describe, expect, it } from 'vitest';
import type { Problem } from './api.ts';
import type { ClientMessage, Joined, RoomMessage, SequencedMessage } from './protocol.ts';
import { SessionMemory } from './session-memory.ts';
import { SignalConnection } from './signal-connection.ts';
import { TRANSITIONS } from './signal-state.ts';
import type { SignalEvent, SignalKind } from './signal-state.ts';
import { World } from './testing/world.ts';
import type { FakeSocket, Tab } from './testing/world.ts';

const JOINED: Joined = {
  type: 'joined',
  version: 1,
  room: 'agora',
  participant: 'p1',
  name: 'Anna',
  session: 'new',
  seq: 0,
  received: 0,
  resumeToken: 'resume me',
  resumeSeconds: 30,
  participants: [],
  limits: { maxMessageBytes: 65_536, maxParticipants: 50 },
};

/** The test plays the server: it answers when it likes. */
class Line {
  readonly world = new World();
  readonly tab: Tab;
  readonly signal: SignalConnection;
  readonly states: string[] = [];
  readonly joins: { joined: Joined; fresh: boolean }[] = [];
  readonly received: SequencedMessage[] = [];
  readonly errors: { code: string; refused: RoomMessage | undefined }[] = [];
  problem: Problem | null = null;

  constructor(tab?: Tab) {
    this.tab = tab ?? this.world.tab({ connect: () => undefined });
    this.signal = new SignalConnection(this.tab.environment, {
      url: 'wss://stoa.example/ws',
      room: 'agora',
      token: 'join token',
      memory: new SessionMemory(this.tab.storage, 'agora'),
      introduce: () => ({ name: 'Anna', media: { microphone: true, camera: true, screen: false }, topology: 'auto' }),
      handlers: {
        onState: (state) => {
          this.states.push(state.kind);
          if (state.kind === 'closed') this.problem = state.problem;
        },
        onJoined: (joined, fresh) => this.joins.push({ joined, fresh }),
        onMessage: (message) => this.received.push(message),
        onError: ({ code }, refused) => this.errors.push({ code, refused }),
      },
    });
  }

  get socket(): FakeSocket {
    return this.tab.socket;
  }

  /** What the client said on the newest socket. */
  get said(): readonly ClientMessage[] {
    return this.socket.sent.map((text) => JSON.parse(text) as ClientMessage);
  }

  say(message: object): void {
    this.socket.handlers.onText(JSON.stringify(message));
  }

  join(members: Partial<Joined> = {}): void {
    this.socket.handlers.onOpen();
    this.say({ ...JOINED, ...members });
  }

  joined(members: Partial<Joined> = {}): this {
    this.signal.start();
    this.join(members);
    return this;
  }
}

const chat = (id: string): RoomMessage => ({ type: 'chat', id, text: 'hello' });
const offer: RoomMessage = { type: 'offer', to: 'p2', instance: 'i2', sdp: 'v=0', sources: {} };
const closing = (code: string, retryAfterMs?: number): object => ({
  type: 'closing',
  code,
  message: 'It closes.',
  hint: 'Wait.',
  ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
});

describe('the state table', () => {
  const kinds = Object.keys(TRANSITIONS) as SignalKind[];
  const events: readonly SignalEvent[] = ['start', 'opened', 'accepted', 'lost', 'retry', 'ended'];

  const reach: Readonly<Record<SignalKind, (line: Line) => void>> = {
    idle: () => undefined,
    connecting: (line) => line.signal.start(),
    joining: (line) => {
      line.signal.start();
      line.socket.handlers.onOpen();
    },
    joined: (line) => line.joined(),
    reconnecting: (line) => {
      line.joined();
      line.socket.handlers.onClose(1006);
    },
    closed: (line) => {
      line.joined();
      line.signal.leave();
    },
  };

  const cause: Readonly<Record<SignalEvent, (line: Line) => void>> = {
    start: (line) => line.signal.start(),
    opened: (line) => line.tab.sockets.at(-1)?.handlers.onOpen(),
    accepted: (line) => line.tab.sockets.at(-1)?.handlers.onText(JSON.stringify(JOINED)),
    lost: (line) => line.tab.sockets.at(-1)?.handlers.onClose(1006),
    retry: (line) => line.tab.wake('online'),
    ended: (line) => line.signal.leave(),
  };

  it.each(kinds.flatMap((kind) => events.map((event) => [kind, event] as const)))('%s, %s', (kind, event) => {
    const line = new Line();
    reach[kind](line);
    expect(line.signal.state.kind).toBe(kind);
    cause[event](line);
    expect(line.signal.state.kind).toBe(TRANSITIONS[kind][event] ?? kind);
  });
});

describe('joining', () => {
  it('says who it is, with the token and without a resume token at first', () => {
    const line = new Line().joined();
    expect(line.said).toEqual([
      {
        type: 'join',
        version: 1,
        room: 'agora',
        name: 'Anna',
        media: { microphone: true, camera: true, screen: false },
        topology: 'auto',
        instance: expect.any(String) as unknown,
        token: 'join token',
      },
    ]);
    expect(line.joins).toMatchObject([{ fresh: true }]);
  });

  it('resumes after a reload with another instance, nothing received yet', () => {
    const first = new Line().joined();
    const second = new Line(first.world.tab({ connect: () => undefined }, { storage: first.tab.storage }));
    second.signal.start();
    second.socket.handlers.onOpen();
    expect(second.said).toMatchObject([{ resume: { token: 'resume me', seq: 0 } }]);
    expect(second.said[0]).not.toHaveProperty('instance', (first.said[0] as { instance: string }).instance);
  });

  it('numbers on from what the server has seen of an earlier page', () => {
    const line = new Line().joined({ session: 'resumed', received: 7, seq: 12 });
    line.signal.send(chat('a'));
    expect(line.said.at(-1)).toMatchObject({ type: 'chat', n: 8 });
  });

  it('gives up after three tries when it never was in', async () => {
    const line = new Line();
    line.signal.start();
    for (let attempt = 0; attempt < 3; attempt++) {
      line.socket.handlers.onClose(1006);
      await line.world.clock.advance(5_000);
    }
    expect(line.tab.sockets).toHaveLength(3);
    expect(line.problem).toMatchObject({ code: 'server-unreachable' });
  });

  it('takes silence for a failure', async () => {
    const line = new Line();
    line.signal.start();
    await line.world.clock.advance(8_000);
    expect(line.states).toContain('reconnecting');
  });

  it.each(['name-invalid', 'room-name-invalid', 'token-expired', 'room-full', 'version-unsupported'])(
    'ends when the server refuses with %s',
    (code) => {
      const line = new Line();
      line.signal.start();
      line.socket.handlers.onOpen();
      line.say(closing(code));
      expect(line.problem).toEqual({ code, message: 'It closes.', hint: 'Wait.' });
    },
  );

  it('ends with the problem of the close code when the words did not arrive', () => {
    const line = new Line();
    line.signal.start();
    line.socket.handlers.onClose(4401);
    expect(line.problem).toMatchObject({ code: 'token-invalid' });
  });
});

describe('staying alive', () => {
  it('pings every five seconds and measures the round trip', async () => {
    const line = new Line().joined();
    await line.world.clock.advance(5_000);
    const ping = line.said.at(-1);
    expect(ping).toMatchObject({ type: 'ping' });
    await line.world.clock.advance(40);
    line.say({ type: 'pong', t: (ping as { t: number }).t, received: 0 });
    expect(line.signal.rttMs).toBe(40);
    expect(line.signal.state.kind).toBe('joined');
  });

  it('gives a silent connection up eight seconds after the ping', async () => {
    const line = new Line().joined();
    await line.world.clock.advance(12_999);
    expect(line.signal.state.kind).toBe('joined');
    await line.world.clock.advance(1);
    expect(line.states).toContain('reconnecting');
    expect(line.tab.sockets[0]?.closedByClient).toBe(true);
  });

  it('asks sooner when the network changed', async () => {
    const line = new Line().joined();
    line.tab.wake('online');
    expect(line.said.at(-1)).toMatchObject({ type: 'ping' });
    await line.world.clock.advance(3_000);
    expect(line.states).toContain('reconnecting');
  });

  it('tells the server what it has received, so that it can forget', async () => {
    const line = new Line().joined();
    line.say({ type: 'participant-left', seq: 1, participant: 'p9', reason: 'left' });
    await line.world.clock.advance(5_000);
    expect(line.said.at(-1)).toMatchObject({ type: 'ping', seq: 1 });
  });
});

describe('coming back', () => {
  async function lose(line: Line): Promise<void> {
    line.socket.handlers.onClose(1006);
    await line.world.clock.advance(0);
  }

  it('tries at once, then more slowly, never slower than five seconds', async () => {
    const line = new Line().joined();
    await line.world.clock.advance(4_000);
    const gaps: number[] = [];
    for (let attempt = 0; attempt < 9; attempt++) {
      const sockets = line.tab.sockets.length;
      line.socket.handlers.onClose(1006);
      gaps.push(await line.world.clock.advanceUntil(() => line.tab.sockets.length > sockets, 6_000, 10));
    }
    expect(gaps[0]).toBeLessThanOrEqual(10);
    expect(gaps.at(-1)).toBeGreaterThan(3_000);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(5_000);
  });

  it('tries at once when the network is back', async () => {
    const line = new Line().joined();
    for (let attempt = 0; attempt < 6; attempt++) {
      line.socket.handlers.onClose(1006);
      if (attempt < 5) await line.world.clock.advance(5_000);
    }
    const sockets = line.tab.sockets.length;
    line.tab.wake('visible');
    expect(line.tab.sockets).toHaveLength(sockets + 1);
  });

  it('does not knock in a tight loop when it is let in and thrown out again', async () => {
    const line = new Line().joined();
    for (let round = 0; round < 30; round++) {
      line.socket.handlers.onClose(1006);
      await line.world.clock.advance(1_000);
      if (line.signal.state.kind === 'connecting') line.join({ session: 'resumed' });
    }
    expect(line.tab.sockets.length).toBeLessThan(15);
  });

  it('resumed: sends again what was not acknowledged, with the same numbers', async () => {
    const line = new Line().joined();
    line.say({ type: 'participant-left', seq: 1, participant: 'p9', reason: 'left' });
    line.signal.send(chat('a'));
    line.signal.send(offer);
    await lose(line);
    line.signal.send(chat('b'));
    line.join({ session: 'resumed', received: 1, seq: 4 });
    expect(line.said[0]).toMatchObject({ type: 'join', resume: { token: 'resume me', seq: 1 } });
    expect(line.said.slice(1)).toMatchObject([
      { type: 'offer', n: 2 },
      { type: 'chat', id: 'b', n: 3 },
    ]);
    expect(line.joins.at(-1)).toMatchObject({ fresh: false });
  });

  it('resumed: takes what it missed once', async () => {
    const line = new Line().joined();
    const left = (seq: number): object => ({ type: 'participant-left', seq, participant: 'p9', reason: 'left' });
    line.say(left(1));
    await lose(line);
    line.join({ session: 'resumed', seq: 3 });
    for (const seq of [1, 2, 3, 3]) line.say(left(seq));
    expect(line.received.map((each) => each.seq)).toEqual([1, 2, 3]);
  });

  it.each(['restored', 'new'] as const)('%s: sends chat again, numbered anew, and nothing else', async (session) => {
    const line = new Line().joined();
    line.signal.send(offer);
    line.signal.send(chat('a'));
    await lose(line);
    line.join({ session });
    expect(line.said.slice(1)).toMatchObject([{ type: 'chat', id: 'a', n: 1 }]);
  });

  it('forgets what a pong acknowledged', async () => {
    const line = new Line().joined();
    line.signal.send(chat('a'));
    line.signal.send(chat('b'));
    line.say({ type: 'pong', received: 1 });
    await lose(line);
    line.join({ session: 'resumed', received: 0 });
    expect(line.said.slice(1)).toMatchObject([{ id: 'b', n: 2 }]);
  });

  it.each(['server-shutdown', 'rate-limited'])('%s: comes back after the time that the server named', async (code) => {
    const line = new Line().joined();
    line.say(closing(code, 4_000));
    await line.world.clock.advance(3_999);
    expect(line.tab.sockets).toHaveLength(1);
    await line.world.clock.advance(1_001);
    expect(line.tab.sockets).toHaveLength(2);
  });

  it('ends without another try when another tab took the session over, and can take it back', () => {
    const line = new Line().joined();
    line.say(closing('session-taken-over'));
    expect(line.problem).toMatchObject({ code: 'session-taken-over' });
    line.signal.start();
    line.socket.handlers.onOpen();
    expect(line.said).toMatchObject([{ type: 'join', resume: { token: 'resume me' } }]);
  });

  it('hears nothing any more from a connection that it gave up', async () => {
    const line = new Line().joined();
    const old = line.socket;
    await lose(line);
    old.handlers.onText(JSON.stringify({ type: 'participant-left', seq: 1, participant: 'p', reason: 'left' }));
    old.handlers.onClose(4401);
    expect(line.received).toEqual([]);
    expect(line.signal.state.kind).toBe('connecting');
  });
});

describe('refusals of single messages', () => {
  const error = (code: string, re?: number): object => ({
    type: 'error',
    code,
    message: 'No.',
    hint: 'Later.',
    ...(re === undefined ? {} : { re }),
  });

  it('names the refused message', () => {
    const line = new Line().joined();
    line.signal.send(chat('a'));
    line.say(error('bad-message', 1));
    expect(line.errors).toEqual([{ code: 'bad-message', refused: chat('a') }]);
  });

  it('sends again, under a new number, what came too fast', async () => {
    const line = new Line().joined();
    line.signal.send(offer);
    line.say(error('rate-limited', 1));
    await line.world.clock.advance(1_000);
    expect(line.said.at(-1)).toMatchObject({ type: 'offer', n: 2 });
    expect(line.errors).toEqual([]);
  });

  it('does not send what is larger than the server allows', () => {
    const line = new Line().joined({ limits: { maxMessageBytes: 300, maxParticipants: 2 } });
    line.signal.send({ type: 'chat', id: 'a', text: '€'.repeat(100) });
    line.signal.send(chat('b'));
    expect(line.said.slice(1)).toMatchObject([{ id: 'b', n: 2 }]);
  });
});

describe('leaving', () => {
  it('says so, closes and forgets the session', async () => {
    const line = new Line().joined();
    line.signal.leave();
    expect(line.said.at(-1)).toEqual({ type: 'leave' });
    expect(line.socket.closedByClient).toBe(true);
    expect(line.tab.storage.keys).toEqual([]);
    await line.world.clock.advance(60_000);
    expect(line.tab.sockets).toHaveLength(1);
    expect(line.world.clock.pending).toBe(0);
  });
});
