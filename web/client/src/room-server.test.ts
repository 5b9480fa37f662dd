/** Calls through the server, and the changes between it and a mesh. */
import { describe, expect, it } from 'vitest';
import type { Topology } from './api.ts';
import { FakeServer } from './testing/fake-server.ts';
import { Person, everybodySeesEverybody } from './testing/people.ts';
import { FakeElement, World } from './testing/world.ts';

const NAMES = ['Anna', 'Bruno', 'Chloé', 'Davide'];

function stage() {
  const world = new World();
  const server = new FakeServer(world, undefined, true);
  return { world, server, clock: world.clock };
}

/** So many who see each other. */
async function call(count: number, topology: Topology = 'sfu') {
  const { world, server, clock } = stage();
  const people = NAMES.slice(0, count).map((name) => new Person(world, server, name, undefined, { topology }));
  for (const person of people) {
    void person.room.join();
    await clock.advance(50);
  }
  await clock.advanceUntil(() => everybodySeesEverybody(people), 5_000);
  const [anna, bruno] = people;
  if (anna === undefined || bruno === undefined) throw new Error('at least two people');
  return { world, server, clock, people, anna, bruno };
}

/** What of each other these lose while time goes by: who sees and hears whom is looked at each millisecond. */
async function losses(clock: World['clock'], people: readonly Person[], ms: number): Promise<readonly string[]> {
  const lost = new Set<string>();
  for (let passed = 0; passed < ms; passed++) {
    await clock.advance(1);
    for (const one of people)
      for (const other of people)
        if (one !== other && (one.perceives[other.name] ?? []).length < 2)
          lost.add(`${one.name} loses ${other.name} after ${String(passed)} ms`);
  }
  return [...lost];
}

/** The senders of somebody's camera, of every connection that its page has made. */
const camerasOf = (person: Person) =>
  person.tab.connections.map((each) => each.getTransceivers()[1]?.sender ?? expect.fail('a camera'));

const topologies = (people: readonly Person[]) => people.map((each) => each.room.snapshot.topology);

describe('a call through the server', () => {
  it('has one connection each, which offers once, and sends no candidates', async () => {
    const { server, people, anna } = await call(4);
    expect(people.map((each) => each.tab.connections.length)).toEqual([1, 1, 1, 1]);
    expect(people.map((each) => each.offers)).toEqual([1, 1, 1, 1]);
    expect(anna.tab.connections[0]?.getTransceivers().map((each) => `${each.media} ${each.direction}`)).toEqual([
      'audio sendonly',
      'video sendonly',
      ...Array.from({ length: 3 }, () => 'audio recvonly'),
      ...Array.from({ length: 4 }, () => 'video recvonly'),
    ]);
    expect(topologies(people)).toEqual(['sfu', 'sfu', 'sfu', 'sfu']);
    expect(anna.room.snapshot.participants.map((each) => each.connection)).toEqual(Array(3).fill('connected'));
    expect(server.messages.filter((each) => each.type === 'candidate')).toEqual([]);
  });

  it('negotiates nothing when somebody mutes, leaves and comes', async () => {
    const { world, server, clock, people, anna, bruno } = await call(3);
    await anna.media.setMicrophone(false);
    await anna.media.setCamera(false);
    await clock.advance(100);
    expect(bruno.perceives['Anna']).toEqual(['Anna microphone']);
    await anna.media.setCamera(true);
    people[2]?.room.leave();
    await clock.advance(100);
    const late = new Person(world, server, 'Late', undefined, { topology: 'sfu' });
    void late.room.join();
    await clock.advanceUntil(() => everybodySeesEverybody([anna, bruno, late]), 1_000);
    expect([anna.offers, bruno.offers, late.offers]).toEqual([1, 1, 1]);
  });

  it('adds m-lines for the own screen once', async () => {
    const { clock, anna, bruno } = await call(2);
    await anna.media.startScreen();
    await clock.advance(200);
    expect(bruno.perceives['Anna']).toEqual(['Anna camera', 'Anna microphone', 'Anna screen', 'Anna screen-audio']);
    expect(bruno.room.snapshot.participants[0]?.screen).not.toBeNull();
    anna.media.stopScreen();
    await clock.advance(200);
    expect(bruno.room.snapshot.participants[0]?.screen).toBeNull();
    await anna.media.startScreen();
    await clock.advance(200);
    expect(bruno.perceives['Anna']).toContain('Anna screen');
    expect([anna.offers, bruno.offers]).toEqual([2, 1]);
  });

  it('gets more slots when there are more pictures than slots', async () => {
    const { clock, people, anna, bruno } = await call(4);
    expect(anna.offers).toBe(1);
    for (const person of people.slice(1, 3)) await person.media.startScreen();
    await clock.advance(500);
    for (const name of ['Bruno', 'Chloé']) expect(anna.perceives[name]).toContain(`${name} screen`);
    const videos = anna.tab.connections[0]?.getTransceivers().filter((each) => each.media === 'video') ?? [];
    expect(videos.filter((each) => each.direction === 'recvonly')).toHaveLength(9);
    expect(anna.offers).toBe(2);
    bruno.media.stopScreen();
    await bruno.media.startScreen();
    await clock.advance(500);
    expect(anna.offers).toBe(2);
  });

  it('sends its picture in three sizes, however many there are, and shows all of theirs', async () => {
    const { world, server, clock, people, anna } = await call(4);
    for (const name of ['Elif', 'Farid']) {
      people.push(new Person(world, server, name, undefined, { topology: 'sfu' }));
      void people.at(-1)?.room.join();
    }
    await clock.advance(1_000);
    for (const { name } of people.slice(1)) expect(anna.perceives[name]).toContain(`${name} camera`);
    // The server has sound for the three loudest.
    expect(
      Object.values(anna.perceives)
        .flat()
        .filter((each) => each.endsWith('microphone')),
    ).toHaveLength(3);
    expect(camerasOf(anna).at(-1)?.parameters.encodings).toEqual([
      { rid: 'l', maxBitrate: 150_000, scaleResolutionDownBy: 4, maxFramerate: 30, active: true },
      { rid: 'm', maxBitrate: 500_000, scaleResolutionDownBy: 2, maxFramerate: 30, active: true },
      { rid: 'h', maxBitrate: 1_700_000, scaleResolutionDownBy: 1, maxFramerate: 30, active: true },
    ]);
  });

  it('measures the connection to the server, and what comes from each', async () => {
    const { clock, anna, bruno } = await call(2);
    await clock.advance(5_000);
    const rows = await anna.room.stats();
    expect(rows.map((each) => [each.participant, each.path])).toEqual([
      ['server', 'server'],
      [bruno.id, 'server'],
    ]);
    expect(rows.map((each) => each.sendKbps)).toEqual([0, null]);
  });

  it('goes on after a reload', async () => {
    const { clock, anna, bruno } = await call(2);
    const again = anna.reload();
    void again.room.join();
    await clock.advanceUntil(() => everybodySeesEverybody([again, bruno]), 2_000);
    expect(bruno.tab.connections).toHaveLength(1);
  });

  it('begins again with a server that was restarted', async () => {
    const { server, clock, people, anna } = await call(3);
    const ids = people.map((each) => each.id);
    server.stop();
    await clock.advance(2_000);
    server.start();
    await clock.advanceUntil(() => everybodySeesEverybody(people), 15_000);
    expect(people.map((each) => each.id)).toEqual(ids);
    await clock.advance(15_000);
    expect(everybodySeesEverybody(people)).toBe(true);
    expect(anna.tab.openConnections).toHaveLength(1);
    expect(topologies(people)).toEqual(['sfu', 'sfu', 'sfu']);
  });

  it('survives a lost signaling connection without a new offer', async () => {
    const { world, server, clock, anna, bruno } = await call(2);
    server.dropConnections(anna.id);
    const chloe = new Person(world, server, 'Chloé', undefined, { topology: 'sfu' });
    void chloe.room.join();
    await clock.advanceUntil(() => everybodySeesEverybody([anna, bruno, chloe]), 10_000);
    expect([anna.offers, bruno.offers]).toEqual([1, 1]);
  });

  it('leaves no timer behind', async () => {
    const { clock, people } = await call(3);
    for (const person of people) person.room.leave();
    await clock.advance(60_000);
    expect(clock.pending).toBe(0);
    expect(people.flatMap((each) => each.tab.openConnections)).toEqual([]);
  });
});

describe('layers', () => {
  it('that nobody wants are not made, also after a mute, an ICE restart and a resume', async () => {
    const { world, server, clock, people, anna } = await call(2);
    const active = () => camerasOf(anna).at(-1)?.active;
    server.tellLayers(anna.id, { 1: { rids: ['l'] } });
    await clock.advance(50);
    expect(active()).toEqual(['l']);
    await anna.media.setCamera(false);
    await anna.media.setCamera(true);
    await clock.advance(50);
    expect(active()).toEqual(['l']);
    world.network.breakPath(anna.tab.connections[0] ?? expect.fail('connected'));
    await clock.advance(3_100);
    await clock.advanceUntil(() => everybodySeesEverybody(people), 10_000);
    expect([anna.offers, active()]).toEqual([2, ['l']]);
    server.dropConnections(anna.id);
    server.tellLayers(anna.id, { 1: { rids: ['l', 'h'] } });
    await clock.advance(10_000);
    expect(active()).toEqual(['l', 'h']);
  });

  it('are all made again for a server that was restarted', async () => {
    const { server, clock, people, anna } = await call(2);
    server.tellLayers(anna.id, { 1: { rids: [] } });
    await clock.advance(50);
    expect(camerasOf(anna).map((each) => each.active)).toEqual([[]]);
    server.stop();
    await clock.advance(2_000);
    server.start();
    await clock.advanceUntil(() => everybodySeesEverybody(people), 15_000);
    expect(camerasOf(anna).map((each) => each.active)).toEqual([[], ['l', 'm', 'h']]);
  });

  it('are not made for a peer', async () => {
    const { anna } = await call(2, 'auto');
    expect(camerasOf(anna).map((each) => each.active)).toEqual([['one']]);
  });
});

describe('the size at which something is shown', () => {
  it('is unknown to the server as long as the page tells none', async () => {
    const { server, clock, anna } = await call(2);
    await clock.advance(5_000);
    expect(server.media.viewOf(anna.id)).toBeNull();
  });

  it('is told, the largest of several, and what no element shows is out of sight', async () => {
    const { server, clock, people, anna, bruno } = await call(3);
    const chloe = people[2]?.id ?? '';
    const element = new FakeElement(160, 90);
    const stop = anna.room.watch(bruno.id, 'camera', element.asElement);
    await clock.advance(50);
    expect(server.media.viewOf(anna.id)).toEqual({ [`${bruno.id} camera`]: '160x90' });
    await clock.advance(1_000);
    const view = (size: string) => ({ [`${bruno.id} camera`]: size, [`${chloe} camera`]: '0x0' });
    expect(server.media.viewOf(anna.id)).toEqual(view('160x90'));
    element.resize(1_280, 720);
    await clock.advance(150);
    expect(server.media.viewOf(anna.id)).toEqual(view('1280x720'));
    const other = new FakeElement(1_920, 100);
    const stopOther = anna.room.watch(bruno.id, 'camera', other.asElement);
    await clock.advance(150);
    expect(server.media.viewOf(anna.id)).toEqual(view('1920x720'));
    stop();
    stopOther();
    await clock.advance(1_500);
    expect(server.media.viewOf(anna.id)).toEqual(view('0x0'));
    expect([element.isWatched, other.isWatched]).toEqual([false, false]);
  });

  it('is told of who comes later, as soon as they are there', async () => {
    const { world, server, clock, anna, bruno } = await call(2);
    anna.room.watch(bruno.id, 'camera', new FakeElement(160, 90).asElement);
    const chloe = new Person(world, server, 'Chloé', undefined, { topology: 'sfu' });
    void chloe.room.join();
    await clock.advanceUntil(() => chloe.id !== '', 1_000);
    anna.room.watch(chloe.id, 'camera', new FakeElement(640, 360).asElement);
    const key = `${chloe.id} camera`;
    await clock.advanceUntil(() => server.media.viewOf(anna.id)?.[key] === '640x360', 1_000);
  });

  it('is told again after a restart of the server, and by the new page after a reload', async () => {
    const { server, clock, people, anna, bruno } = await call(2);
    anna.room.watch(bruno.id, 'camera', new FakeElement(160, 90).asElement);
    await clock.advance(50);
    server.stop();
    await clock.advance(2_000);
    server.start();
    await clock.advanceUntil(() => everybodySeesEverybody(people), 15_000);
    await clock.advance(200);
    expect(server.media.viewOf(anna.id)).toEqual({ [`${bruno.id} camera`]: '160x90' });
    const again = anna.reload();
    void again.room.join();
    await clock.advanceUntil(() => everybodySeesEverybody([again, bruno]), 2_000);
    expect(server.media.viewOf(again.id)).toBeNull();
  });

  it('that changed while signaling was lost reaches the server', async () => {
    const { server, clock, anna, bruno } = await call(2);
    const element = new FakeElement(160, 90);
    anna.room.watch(bruno.id, 'camera', element.asElement);
    await clock.advance(1_500);
    server.dropConnections(anna.id);
    for (let step = 2; step <= 5; step++) {
      element.resize(160 * step, 90 * step);
      await clock.advance(101);
    }
    await clock.advance(10_000);
    expect(server.media.viewOf(anna.id)).toEqual({ [`${bruno.id} camera`]: '800x450' });
  });
});

describe('an offer to the server', () => {
  it('is made again when its answer does not come', async () => {
    const { world, server, clock } = stage();
    server.lose = (message) => message.type === 'offer';
    const anna = new Person(world, server, 'Anna', undefined, { topology: 'sfu' });
    void anna.room.join();
    await clock.advance(1_000);
    server.lose = () => false;
    await clock.advance(9_000);
    expect(anna.tab.connections.map((each) => each.connectionState)).toEqual(['connected']);
  });

  it('that is refused is told once and tried again with patience', async () => {
    const { world, server, clock } = stage();
    server.refuseOffers = 'sdp-invalid';
    const anna = new Person(world, server, 'Anna', undefined, { topology: 'sfu' });
    void anna.room.join();
    await clock.advance(25_000);
    expect(anna.notices).toMatchObject([{ kind: 'problem', problem: { code: 'sdp-invalid' } }]);
    expect(anna.offers).toBeLessThan(5);
    server.refuseOffers = null;
    await clock.advance(30_000);
    expect(anna.tab.openConnections.map((each) => each.connectionState)).toEqual(['connected']);
  });
});

describe('when the path to the server breaks', () => {
  it('restarts ICE on the same connection', async () => {
    const { world, clock, people, anna, bruno } = await call(2);
    world.network.breakPath(anna.tab.connections[0] ?? expect.fail('connected'));
    await clock.advance(3_100);
    expect(anna.room.snapshot.participants[0]?.connection).toBe('interrupted');
    expect(bruno.room.snapshot.participants[0]?.connection).toBe('connected');
    await clock.advanceUntil(() => everybodySeesEverybody(people), 5_000);
    expect([anna.offers, anna.tab.connections.length]).toEqual([2, 1]);
  });

  it('says so once, and makes new connections until one works', async () => {
    const { world, clock, people, anna } = await call(3);
    const connection = anna.tab.connections[0] ?? expect.fail('connected');
    const later = Array.from({ length: 200 }, (_, number) => `u${String(number)}`);
    for (const ufrag of later) world.network.block(ufrag);
    world.network.breakPath(connection);
    await clock.advance(120_000);
    expect(anna.notices.filter((each) => each.kind === 'problem')).toMatchObject([
      { problem: { code: 'media-path-failed', message: 'No audio or video can be exchanged with the server.' } },
    ]);
    expect(anna.room.snapshot.participants.map((each) => each.connection)).toEqual(['failed', 'failed']);
    expect(anna.tab.openConnections).toHaveLength(1);
    expect(anna.tab.connections.length).toBeGreaterThan(2);
    expect(anna.tab.connections.length).toBeLessThan(6);
    for (const ufrag of later) world.network.unblock(ufrag);
    await clock.advanceUntil(() => everybodySeesEverybody(people), 15_000);
  });
});

describe('a room that changes', () => {
  it('goes through the server with the third, and nobody loses sight of anybody', async () => {
    const { world, server, clock, anna, bruno } = await call(2, 'auto');
    expect(topologies([anna, bruno])).toEqual(['mesh', 'mesh']);
    const chloe = new Person(world, server, 'Chloé');
    void chloe.room.join();
    expect(await losses(clock, [anna, bruno], 4_000)).toEqual([]);
    const people = [anna, bruno, chloe];
    expect(everybodySeesEverybody(people)).toBe(true);
    expect(topologies(people)).toEqual(['sfu', 'sfu', 'sfu']);
    expect(people.map((each) => each.tab.openConnections.length)).toEqual([1, 1, 1]);
    expect(people.map((each) => server.media.participants.includes(each.id))).toEqual([true, true, true]);
    expect(chloe.tab.connections).toHaveLength(1);
  });

  it('goes back to a mesh when two have been alone for ten seconds, with one offer between them', async () => {
    const { clock, server, people, anna, bruno } = await call(3, 'auto');
    await clock.advance(5_000);
    people[2]?.room.leave();
    const before = anna.offers + bruno.offers;
    expect(await losses(clock, [anna, bruno], 9_000)).toEqual([]);
    expect(topologies([anna, bruno])).toEqual(['sfu', 'sfu']);
    expect(await losses(clock, [anna, bruno], 5_000)).toEqual([]);
    expect(topologies([anna, bruno])).toEqual(['mesh', 'mesh']);
    expect(anna.offers + bruno.offers - before).toBe(1);
    expect([anna, bruno].map((each) => each.tab.openConnections.length)).toEqual([1, 1]);
    expect(server.media.participants).toEqual([]);
    anna.room.sendChat('back');
    await clock.advance(50);
    expect(bruno.room.snapshot.chat).toMatchObject([{ text: 'back', via: 'peer' }]);
  });

  it('keeps the streams that are shown', async () => {
    const { world, server, clock, anna, bruno } = await call(2, 'auto');
    const { stream } = anna.room.snapshot.participants[0] ?? expect.fail('Bruno');
    const chloe = new Person(world, server, 'Chloé');
    void chloe.room.join();
    await clock.advance(4_000);
    expect(anna.room.snapshot.topology).toBe('sfu');
    expect(anna.room.snapshot.participants.find((each) => each.id === bruno.id)?.stream).toBe(stream);
  });

  it('stays a mesh when the third leaves again at once, and comes back clean', async () => {
    const { world, server, clock, anna, bruno } = await call(2, 'auto');
    for (let turn = 0; turn < 3; turn++) {
      const chloe = new Person(world, server, 'Chloé');
      void chloe.room.join();
      expect(await losses(clock, [anna, bruno], 100 * (turn + 1))).toEqual([]);
      chloe.room.leave();
      expect(await losses(clock, [anna, bruno], 11_000)).toEqual([]);
    }
    await clock.advance(5_000);
    expect(topologies([anna, bruno])).toEqual(['mesh', 'mesh']);
    expect([anna, bruno].map((each) => each.tab.openConnections.length)).toEqual([1, 1]);
  });

  it('keeps what is shown while the server cannot be reached, and gives it up after ten seconds', async () => {
    const { world, server, clock, anna, bruno } = await call(2, 'auto');
    const next = `u${String(Number(bruno.tab.connections[0]?.ufragBase.slice(1)) + 1)}`;
    for (let ufrag = Number(next.slice(1)); ufrag < 100; ufrag++) world.network.block(`u${String(ufrag)}`);
    const chloe = new Person(world, server, 'Chloé');
    void chloe.room.join();
    expect(await losses(clock, [anna, bruno], 9_900)).toEqual([]);
    expect(topologies([anna, bruno])).toEqual(['mesh', 'mesh']);
    await clock.advance(500);
    expect(topologies([anna, bruno])).toEqual(['sfu', 'sfu']);
    expect([anna, bruno].map((each) => each.tab.openConnections.length)).toEqual([1, 1]);
  });

  it('shows a shared screen through the change, both ways', async () => {
    const { world, server, clock, anna, bruno } = await call(2, 'auto');
    await anna.media.startScreen();
    await clock.advance(200);
    const shown = ['Anna camera', 'Anna microphone', 'Anna screen', 'Anna screen-audio'];
    const chloe = new Person(world, server, 'Chloé');
    void chloe.room.join();
    await clock.advance(4_000);
    expect([bruno.perceives['Anna'], chloe.perceives['Anna']]).toEqual([shown, shown]);
    chloe.room.leave();
    await clock.advance(15_000);
    expect(bruno.room.snapshot.topology).toBe('mesh');
    expect(bruno.perceives['Anna']).toEqual(shown);
  });

  it('becomes a mesh for somebody who can do no other, and nobody loses sight of anybody', async () => {
    const { world, server, clock, people } = await call(3, 'auto');
    await clock.advance(5_000);
    const old = new Person(world, server, 'Old', undefined, { topology: 'mesh' });
    void old.room.join();
    expect(await losses(clock, people, 4_000)).toEqual([]);
    await clock.advance(1_000);
    const everybody = [...people, old];
    expect(everybodySeesEverybody(everybody)).toBe(true);
    expect(topologies(everybody)).toEqual(Array(4).fill('mesh'));
    expect(everybody.map((each) => each.tab.openConnections.length)).toEqual([3, 3, 3, 3]);
    old.room.leave();
    expect(await losses(clock, people, 5_000)).toEqual([]);
    expect(topologies(people)).toEqual(['sfu', 'sfu', 'sfu']);
    expect(people.map((each) => each.tab.openConnections.length)).toEqual([1, 1, 1]);
  });

  it('is found by somebody who was away meanwhile', async () => {
    const { world, server, clock, anna, bruno } = await call(2, 'auto');
    server.dropConnections(anna.id);
    const chloe = new Person(world, server, 'Chloé');
    void chloe.room.join();
    await clock.advanceUntil(() => everybodySeesEverybody([anna, bruno, chloe]), 15_000);
    await clock.advance(5_000);
    expect(topologies([anna, bruno, chloe])).toEqual(['sfu', 'sfu', 'sfu']);
    expect(anna.tab.openConnections).toHaveLength(1);
  });
});
