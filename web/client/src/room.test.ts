import { describe, expect, it } from 'vitest';
import { FakeServer } from './testing/fake-server.ts';
import { Person, everybodySeesEverybody } from './testing/people.ts';
import { World } from './testing/world.ts';

async function call(names: readonly string[]) {
  const world = new World();
  const server = new FakeServer(world);
  const people = names.map((name) => new Person(world, server, name));
  for (const person of people) {
    void person.room.join();
    await world.clock.advance(50);
  }
  await world.clock.advanceUntil(() => everybodySeesEverybody(people), 2_000);
  return { world, server, people };
}

/** Two people who see each other. */
async function pair() {
  const { world, server, people } = await call(['Anna', 'Bruno']);
  const [anna, bruno] = people;
  if (anna === undefined || bruno === undefined) throw new Error('two people');
  return { world, server, anna, bruno, clock: world.clock };
}

describe('a call', () => {
  it('connects two with one offer, and the newcomer makes it', async () => {
    const { anna, bruno } = await pair();
    expect([anna.offers, bruno.offers]).toEqual([0, 1]);
    expect(anna.tab.connections).toHaveLength(1);
    expect(bruno.tab.connections[0]?.getTransceivers()).toHaveLength(2);
    expect(anna.tab.connections[0]?.getTransceivers().map((each) => each.direction)).toEqual(['sendrecv', 'sendrecv']);
    expect(anna.room.snapshot.status).toEqual({ kind: 'connected' });
    expect(anna.room.snapshot.participants[0]).toMatchObject({ name: 'Bruno', connection: 'connected' });
  });

  it('loses no track when three join at the same moment', async () => {
    const world = new World();
    const server = new FakeServer(world);
    const people = ['Anna', 'Bruno', 'Chloé'].map((name) => new Person(world, server, name));
    for (const person of people) void person.room.join();
    await world.clock.advanceUntil(() => everybodySeesEverybody(people), 2_000);
    await world.clock.advance(60_000);
    expect(everybodySeesEverybody(people)).toBe(true);
    expect(people.reduce((sum, each) => sum + each.offers, 0)).toBe(3);
  });

  it('negotiates nothing when devices are muted, switched off and on, and changed', async () => {
    const { clock, anna, bruno } = await pair();
    await anna.media.setMicrophone(false);
    await anna.media.setCamera(false);
    await clock.advance(100);
    expect(bruno.room.snapshot.participants[0]?.media).toEqual({ microphone: false, camera: false, screen: false });
    expect(bruno.perceives['Anna']).toEqual(['Anna microphone']);
    await anna.media.setCamera(true);
    await anna.media.selectCamera();
    await anna.media.setMicrophone(true);
    await clock.advance(100);
    expect(bruno.perceives['Anna']).toEqual(['Anna microphone', 'Anna other camera']);
    expect(anna.offers + bruno.offers).toBe(1);
  });

  it('adds m-lines for a screen once and uses them again, for either side', async () => {
    const { clock, anna, bruno } = await pair();
    await anna.media.startScreen();
    await clock.advance(100);
    expect(bruno.perceives['Anna']).toEqual(['Anna camera', 'Anna microphone', 'Anna screen', 'Anna screen-audio']);
    expect(bruno.notices).toContainEqual(expect.objectContaining({ kind: 'sharing', name: 'Anna' }));
    anna.media.stopScreen();
    await clock.advance(100);
    expect(bruno.room.snapshot.participants[0]?.screen).toBeNull();
    const offers = anna.offers + bruno.offers;
    await anna.media.startScreen();
    await bruno.media.startScreen();
    await clock.advance(100);
    expect(anna.perceives['Bruno']).toContain('Bruno screen');
    expect(bruno.perceives['Anna']).toContain('Anna screen');
    expect(anna.offers + bruno.offers).toBe(offers);
    expect(anna.tab.connections[0]?.getTransceivers()).toHaveLength(4);
  });

  it('survives both sharing a screen at the same instant', async () => {
    const { clock, anna, bruno } = await pair();
    await Promise.all([anna.media.startScreen(), bruno.media.startScreen()]);
    await clock.advance(1_000);
    expect(anna.perceives['Bruno']).toEqual(['Bruno camera', 'Bruno microphone', 'Bruno screen', 'Bruno screen-audio']);
    expect(bruno.perceives['Anna']).toEqual(['Anna camera', 'Anna microphone', 'Anna screen', 'Anna screen-audio']);
    expect(anna.tab.connections[0]?.getTransceivers()).toHaveLength(4);
  });

  it('shows a running screen share to somebody who comes later, with one offer', async () => {
    const { world, server, clock, anna, bruno } = await pair();
    await anna.media.startScreen();
    await clock.advance(100);
    const chloe = new Person(world, server, 'Chloé');
    void chloe.room.join();
    await clock.advance(300);
    expect(chloe.perceives['Anna']).toContain('Anna screen');
    expect(chloe.perceives['Bruno']).toHaveLength(2);
    expect(chloe.tab.connections.map((each) => each.offers)).toEqual([1, 1]);
    expect(bruno.perceives['Anna']).toContain('Anna screen');
  });

  it('removes who leaves, at once', async () => {
    const { clock, anna, bruno } = await pair();
    bruno.room.leave();
    await clock.advance(50);
    expect(anna.room.snapshot.participants).toEqual([]);
    expect(anna.tab.openConnections).toEqual([]);
    expect(bruno.room.snapshot.status).toEqual({ kind: 'closed', problem: null });
    expect(bruno.tab.storage.keys).not.toContain('stoa.session.agora');
    expect(anna.notices.map((each) => each.kind)).toEqual(['joined', 'left']);
  });
});

describe('after a reload', () => {
  it('is the same participant over a new connection, which the reloaded page offers', async () => {
    const { clock, anna, bruno } = await pair();
    const id = anna.id;
    const again = anna.reload();
    void again.room.join();
    await clock.advanceUntil(() => everybodySeesEverybody([again, bruno]), 2_000);
    expect(again.id).toBe(id);
    expect(again.offers).toBe(1);
    expect(bruno.tab.openConnections).toHaveLength(1);
    expect(bruno.tab.connections).toHaveLength(2);
  });

  it('remembers the chat', async () => {
    const { clock, anna, bruno } = await pair();
    anna.room.sendChat('before the reload');
    await clock.advance(50);
    const again = bruno.reload();
    expect(again.room.snapshot.chat.map((each) => each.text)).toEqual(['before the reload']);
  });
});

describe('when the signaling connection is lost', () => {
  it('keeps the call, comes back with the same id and negotiates nothing', async () => {
    const { server, clock, anna, bruno } = await pair();
    const id = anna.id;
    server.dropConnections(anna.id);
    await clock.advance(1);
    expect(anna.room.snapshot.status).toEqual({ kind: 'reconnecting', attempt: 1 });
    await clock.advance(2_000);
    expect(anna.room.snapshot.status).toEqual({ kind: 'connected' });
    expect(anna.id).toBe(id);
    expect(anna.offers + bruno.offers).toBe(1);
    expect(bruno.notices.map((each) => each.kind)).toEqual(['lost', 'returned']);
  });

  it('meets somebody who came meanwhile', async () => {
    const { world, server, clock, anna, bruno } = await pair();
    server.dropConnections(anna.id);
    const chloe = new Person(world, server, 'Chloé');
    void chloe.room.join();
    await clock.advanceUntil(() => everybodySeesEverybody([anna, bruno, chloe]), 10_000);
    expect(anna.notices.map((each) => each.kind)).toContain('joined');
  });

  it('keeps calls through a restart of the server, with the same ids', async () => {
    const { server, clock, anna, bruno } = await pair();
    const ids = [anna.id, bruno.id];
    server.stop();
    await clock.advance(4_000);
    expect(everybodySeesEverybody([anna, bruno])).toBe(true);
    server.start();
    await clock.advance(8_000);
    expect([anna.id, bruno.id]).toEqual(ids);
    expect(anna.room.snapshot.status.kind).toBe('connected');
    expect(everybodySeesEverybody([anna, bruno])).toBe(true);
    expect(anna.tab.connections).toHaveLength(1);
    await clock.advance(60_000);
    expect(everybodySeesEverybody([anna, bruno])).toBe(true);
    expect(anna.offers + bruno.offers).toBe(1);
  });

  it('lets go of who does not come back after a restart of the server', async () => {
    const { server, clock, anna, bruno } = await pair();
    server.stop();
    bruno.tab.vanish();
    server.start();
    await clock.advance(10_000);
    expect(anna.room.snapshot.participants).toHaveLength(1);
    await clock.advance(30_000);
    expect(anna.room.snapshot.participants).toHaveLength(0);
    expect(anna.notices.map((each) => each.kind)).toContain('left');
  });

  it('begins again as somebody new when the session is over', async () => {
    const { server, clock, anna, bruno } = await pair();
    const before = anna.id;
    server.stop();
    await clock.advance(1_000);
    server.start();
    server.stop();
    server.start();
    await clock.advance(10_000);
    expect(anna.id).not.toBe(before);
    await clock.advance(2_000);
    expect(everybodySeesEverybody([anna, bruno])).toBe(true);
    expect(anna.tab.openConnections).toHaveLength(1);
  });

  it('finishes a negotiation that a restart of the server cut off', async () => {
    const { server, clock, anna, bruno } = await pair();
    await anna.media.startScreen();
    await clock.advance(3);
    server.stop();
    await clock.advance(500);
    server.start();
    await clock.advance(10_000);
    expect(bruno.perceives['Anna']).toContain('Anna screen');
  });
});

describe('an answer that is lost', () => {
  it('is asked for again', async () => {
    const { server, clock, anna, bruno } = await pair();
    server.lose = (message) => message.type === 'answer';
    await anna.media.startScreen();
    await clock.advance(1_000);
    expect(anna.tab.connections[0]?.signalingState).toBe('have-local-offer');
    server.lose = () => false;
    await clock.advance(9_000);
    expect(anna.tab.connections[0]?.signalingState).toBe('stable');
    expect(bruno.perceives['Anna']).toContain('Anna screen');
  });
});

describe('when the media path breaks', () => {
  it('shows it, restarts ICE without a storm, and goes on', async () => {
    const { world, clock, anna, bruno } = await pair();
    const connection = anna.tab.connections[0];
    if (connection === undefined) throw new Error('connected');
    world.network.breakPath(connection);
    await clock.advance(3_100);
    expect(anna.room.snapshot.participants[0]?.connection).toBe('interrupted');
    await clock.advanceUntil(() => everybodySeesEverybody([anna, bruno]), 5_000);
    expect(anna.room.snapshot.participants[0]?.connection).toBe('connected');
    expect(anna.offers + bruno.offers).toBe(2);
    expect(anna.tab.connections).toHaveLength(1);
  });

  it('says so after half a minute, and still keeps trying', async () => {
    const { world, clock, anna, bruno } = await pair();
    const connection = anna.tab.connections[0];
    if (connection === undefined) throw new Error('connected');
    world.network.block(connection.ufragBase);
    world.network.breakPath(connection);
    await clock.advance(34_000);
    expect(anna.room.snapshot.participants[0]?.connection).toBe('failed');
    const problems = anna.notices.filter((each) => each.kind === 'problem');
    expect(problems).toHaveLength(1);
    const restarts = anna.offers + bruno.offers - 1;
    expect(restarts).toBeLessThan(9);
    world.network.unblock(connection.ufragBase);
    await clock.advanceUntil(() => everybodySeesEverybody([anna, bruno]), 15_000);
  });
});

describe('chat', () => {
  it('goes over the data channels and is shown once, at once for its author', async () => {
    const { server, clock, anna, bruno } = await pair();
    anna.room.sendChat('  Hello  ');
    expect(anna.room.snapshot.chat).toMatchObject([{ from: null, text: 'Hello', via: 'peer' }]);
    await clock.advance(50);
    expect(bruno.room.snapshot.chat).toMatchObject([{ from: anna.id, name: 'Anna', text: 'Hello', via: 'peer' }]);
    expect(server.messages.some((each) => each.type === 'chat')).toBe(false);
  });

  it('goes both ways to a mixed room, and everybody shows it once', async () => {
    const { world, server, clock, anna, bruno } = await pair();
    const chloe = new Person(world, server, 'Chloé');
    void chloe.room.join();
    await clock.advanceUntil(() => anna.room.snapshot.participants.length === 2, 100);
    anna.room.sendChat('welcome');
    await clock.advance(500);
    for (const person of [bruno, chloe])
      expect(person.room.snapshot.chat.map((each) => each.text)).toEqual(['welcome']);
  });

  it('works without the server once the channels are open', async () => {
    const { server, clock, anna, bruno } = await pair();
    server.stop();
    await clock.advance(100);
    anna.room.sendChat('no server now');
    await clock.advance(100);
    expect(bruno.room.snapshot.chat.map((each) => each.text)).toEqual(['no server now']);
  });

  it('over the room is not lost with the connection', async () => {
    const world = new World();
    const server = new FakeServer(world);
    const anna = new Person(world, server, 'Anna');
    const bruno = new Person(world, server, 'Bruno');
    world.network.block('u1');
    world.network.block('u2');
    void anna.room.join();
    void bruno.room.join();
    await world.clock.advance(500);
    server.dropConnections(anna.id);
    await world.clock.advance(1);
    anna.room.sendChat('still there?');
    await world.clock.advance(2_000);
    expect(bruno.room.snapshot.chat).toMatchObject([{ text: 'still there?', via: 'room' }]);
  });

  it('refuses what is too long, and says so', async () => {
    const { anna } = await pair();
    anna.room.sendChat('a'.repeat(4_001));
    expect(anna.room.snapshot.chat).toEqual([]);
    expect(anna.notices.at(-1)).toMatchObject({ kind: 'problem', problem: { code: 'chat-too-long' } });
  });
});

describe('snapshots', () => {
  it('stay the same object while nothing changes', async () => {
    const { clock, anna } = await pair();
    const before = anna.room.snapshot;
    let calls = 0;
    anna.room.subscribe(() => calls++);
    await clock.advance(1_500);
    expect(anna.room.snapshot).toBe(before);
    expect(calls).toBe(0);
  });

  it('keep the participants that did not change', async () => {
    const { people, world } = await call(['Anna', 'Bruno', 'Chloé']);
    const [anna, bruno] = people;
    const before = anna?.room.snapshot.participants ?? [];
    bruno?.room.rename('Bruno B.');
    await world.clock.advance(50);
    const after = anna?.room.snapshot.participants ?? [];
    expect(after.map((each) => each.name)).toEqual(['Bruno B.', 'Chloé']);
    expect(after[1]).toBe(before[1]);
    expect(after[0]?.stream).toBe(before[0]?.stream);
  });
});

describe('another tab', () => {
  it('takes the call over, and it can be taken back', async () => {
    const { world, server, clock, anna, bruno } = await pair();
    const second = new Person(world, server, 'Anna', anna.tab.storage);
    void second.room.join();
    await clock.advance(500);
    expect(anna.room.snapshot.status).toMatchObject({ kind: 'closed', problem: { code: 'session-taken-over' } });
    expect(anna.tab.openConnections).toEqual([]);
    expect(everybodySeesEverybody([second, bruno])).toBe(true);
    await anna.media.setCamera(true);
    void anna.room.rejoin();
    await clock.advance(500);
    expect(everybodySeesEverybody([anna, bruno])).toBe(true);
    expect(second.room.snapshot.status.kind).toBe('closed');
  });
});

describe('joining', () => {
  it('rejects with a problem when the server cannot be reached', async () => {
    const world = new World();
    const server = new FakeServer(world);
    server.stop();
    const anna = new Person(world, server, 'Anna');
    const outcome = anna.room.join().catch((problem: unknown) => problem);
    await world.clock.advance(10_000);
    expect(await outcome).toMatchObject({ code: 'server-unreachable' });
    server.start();
    const again = anna.room.rejoin();
    await world.clock.advance(100);
    await again;
    expect(anna.room.snapshot.status.kind).toBe('connected');
  });

  it.each([
    ['sfu', 'sfu-unavailable'],
    ['mcu', 'topology-unavailable'],
  ] as const)('says that %s is not to be had and joins as a mesh', async (topology, code) => {
    const world = new World();
    const server = new FakeServer(world);
    const anna = new Person(world, server, 'Anna', undefined, { topology });
    void anna.room.join();
    await world.clock.advance(100);
    expect(anna.notices).toMatchObject([{ kind: 'problem', problem: { code } }]);
    expect(anna.room.snapshot).toMatchObject({ status: { kind: 'connected' }, topology: 'mesh' });
    server.dropConnections();
    await world.clock.advance(5_000);
    expect(anna.notices).toHaveLength(1);
  });

  it('leaves no timer behind', async () => {
    const { clock, anna, bruno } = await pair();
    anna.room.leave();
    bruno.room.leave();
    await clock.advance(60_000);
    expect(clock.pending).toBe(0);
  });
});
