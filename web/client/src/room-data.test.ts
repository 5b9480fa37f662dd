/** Chat, channels and files, over a mesh and through the server alike. */
import { describe, expect, it } from 'vitest';
import type { ChannelMessage, FileTransfer, Topology } from './api.ts';
import { FakeServer } from './testing/fake-server.ts';
import { Person, everybodySeesEverybody } from './testing/people.ts';
import { World } from './testing/world.ts';

async function call(count: number, topology: Topology) {
  const world = new World();
  const server = new FakeServer(world, undefined, true);
  const { clock } = world;
  const people = ['Anna', 'Bruno', 'Chloé']
    .slice(0, count)
    .map((name) => new Person(world, server, name, undefined, { topology }));
  for (const person of people) {
    void person.room.join();
    await clock.advance(50);
  }
  await clock.advanceUntil(() => everybodySeesEverybody(people), 5_000);
  await clock.advance(100);
  const [anna, bruno] = people;
  if (anna === undefined || bruno === undefined) throw new Error('at least two people');
  return { world, server, clock, people, anna, bruno };
}

/** Reading a Blob takes turns of the real event loop, however fast the test's clock goes. */
async function until(clock: World['clock'], done: () => boolean, limitMs = 60_000): Promise<void> {
  const end = clock.now + limitMs;
  while (!done()) {
    if (clock.now > end) throw new Error('not within the time');
    await new Blob(['x']).arrayBuffer();
    await clock.advance(1);
  }
}

function content(size: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size);
  for (let i = 0; i < size; i++) bytes[i] = (i * 31 + (i >> 9)) & 0xff;
  return bytes;
}

async function sha256(bytes: ArrayBuffer | Uint8Array<ArrayBuffer> | undefined): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', bytes ?? new ArrayBuffer());
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

function fileAt(person: Person): FileTransfer {
  const [file, more] = person.room.snapshot.files;
  if (file === undefined || more !== undefined) throw new Error('one file');
  return file;
}

/** One file of so many bytes, offered and known at the other side. */
async function offered(topology: Topology, size: number, name = 'notes.txt') {
  const stage = await call(2, topology);
  const bytes = content(size);
  stage.anna.room.sendFile(new File([bytes], name));
  await until(stage.clock, () => stage.bruno.room.snapshot.files.length === 1, 1_000);
  return { ...stage, bytes };
}

for (const topology of ['mesh', 'sfu'] as const) {
  describe(`data over ${topology}`, () => {
    it('carries chat past signaling, each message once', async () => {
      const { server, clock, people, anna } = await call(3, topology);
      anna.room.sendChat('hello');
      await clock.advance(50);
      const seen = people.slice(1).map((each) => each.room.snapshot.chat);
      expect(seen).toMatchObject([
        [{ from: anna.id, name: 'Anna', text: 'hello', via: 'peer' }],
        [{ from: anna.id, name: 'Anna', text: 'hello', via: 'peer' }],
      ]);
      expect(server.messages.filter((each) => each.type === 'chat')).toEqual([]);
    });

    it('carries game state on an unreliable channel, to all and to one, with the name of who sent it', async () => {
      const { clock, people, anna, bruno } = await call(3, topology);
      const options = { ordered: false, maxRetransmits: 0 };
      const came = people.map((): ChannelMessage[] => []);
      const channels = people.map((person, n) => {
        const channel = person.room.openChannel('state', options);
        channel.onMessage((message) => came[n]?.push(message));
        return channel;
      });
      expect(channels[0]?.reaches(bruno.id)).toBe(true);
      expect(channels[0]?.send(Uint8Array.of(1, 2, 3))).toBe(false); // its channel is still to open
      await clock.advance(20);
      expect(channels[0]?.send(Uint8Array.of(4, 5))).toBe(true);
      expect(channels[0]?.send('only you', bruno.id)).toBe(true);
      await clock.advance(20);
      expect(came[1]).toEqual([
        { from: anna.id, data: Uint8Array.of(4, 5) },
        { from: anna.id, data: 'only you' },
      ]);
      expect(came[2]).toEqual([{ from: anna.id, data: Uint8Array.of(4, 5) }]);
      expect(came[0]).toEqual([]);
    });

    it('keeps apart what has another label, protocol or reliability', async () => {
      const { clock, anna, bruno } = await call(2, topology);
      const came: string[] = [];
      for (const [name, options] of [
        ['other label', {}],
        ['other protocol', { protocol: 'x' }],
        ['other reliability', { maxPacketLifeTime: 100 }],
      ] as const)
        bruno.room
          .openChannel(name === 'other label' ? 'b' : 'a', options)
          .onMessage(() => came.push(`${name}, which is wrong`));
      bruno.room.openChannel('a').onMessage(({ data }) => came.push(String(data)));
      anna.room.openChannel('a').send('right');
      await clock.advance(50);
      expect(came).toEqual(['right']);
    });

    it('sends a file, with progress, and checks it', { timeout: 30_000 }, async () => {
      const { world, clock, anna, bruno, bytes } = await offered(topology, 3_000_000);
      world.network.dataMs = 60;
      expect(fileAt(bruno)).toMatchObject({ state: 'offered', direction: 'in', person: 'Anna', size: 3_000_000 });
      const progress: number[] = [];
      bruno.room.subscribe(() => progress.push(fileAt(bruno).bytes));
      bruno.room.acceptFile(fileAt(bruno).id);
      await until(clock, () => fileAt(bruno).state === 'done' && fileAt(anna).state === 'done');
      const { blob } = fileAt(bruno);
      expect(await sha256(await blob?.arrayBuffer())).toBe(await sha256(bytes));
      expect(progress.some((each) => each > 0 && each < 3_000_000)).toBe(true);
      expect([...progress].sort((one, other) => one - other)).toEqual(progress);
      expect(fileAt(anna).bytes).toBe(3_000_000);
    });

    it(
      'goes on after an interruption where it was, and asks again for what was lost',
      { timeout: 30_000 },
      async () => {
        const { world, clock, anna, bruno, bytes } = await offered(topology, 5_000_000);
        world.network.dataMs = 60;
        bruno.room.acceptFile(fileAt(bruno).id);
        await until(clock, () => fileAt(bruno).bytes > 1_000_000);
        const connection = anna.tab.openConnections[0];
        if (connection === undefined) throw new Error('connected');
        world.network.breakPath(connection);
        const before = fileAt(bruno).bytes;
        await until(clock, () => fileAt(bruno).state === 'done', 120_000);
        expect(before).toBeLessThan(5_000_000);
        const { blob } = fileAt(bruno);
        expect(await sha256(await blob?.arrayBuffer())).toBe(await sha256(bytes));
      },
    );

    it('is declined, and cancelled by either side', { timeout: 30_000 }, async () => {
      const declined = await offered(topology, 1_000);
      declined.bruno.room.declineFile(fileAt(declined.bruno).id);
      await until(declined.clock, () => fileAt(declined.anna).state === 'declined', 1_000);

      const byReceiver = await offered(topology, 50_000_000);
      byReceiver.bruno.room.acceptFile(fileAt(byReceiver.bruno).id);
      await until(byReceiver.clock, () => fileAt(byReceiver.bruno).bytes > 0);
      byReceiver.bruno.room.cancelFile(fileAt(byReceiver.bruno).id);
      await until(byReceiver.clock, () => fileAt(byReceiver.anna).state === 'cancelled', 1_000);

      const bySender = await offered(topology, 50_000_000);
      bySender.bruno.room.acceptFile(fileAt(bySender.bruno).id);
      await until(bySender.clock, () => fileAt(bySender.bruno).bytes > 0);
      bySender.anna.room.cancelFile(fileAt(bySender.anna).id);
      await until(bySender.clock, () => fileAt(bySender.bruno).state === 'cancelled', 1_000);
      expect(bySender.clock.pending).toBeGreaterThan(0);
    });

    it('ends when the other side leaves, and says why', async () => {
      const { clock, anna, bruno } = await offered(topology, 1_000);
      anna.room.leave();
      await until(clock, () => fileAt(bruno).state === 'failed' || fileAt(bruno).state === 'cancelled', 1_000);
      expect(fileAt(bruno).blob).toBeNull();
    });
  });
}

it('sends empty files too, under the last part of their name', async () => {
  const { clock, bruno } = await offered('mesh', 0, '../secret/\u202egpj.exe');
  expect(fileAt(bruno).name).toBe('_gpj.exe');
  bruno.room.acceptFile(fileAt(bruno).id);
  await until(clock, () => fileAt(bruno).state === 'done', 5_000);
  expect(fileAt(bruno).blob?.size).toBe(0);
});

it('has chat go by signaling while somebody cannot be reached through the server', async () => {
  const { server, world, clock, anna, bruno } = await call(3, 'sfu');
  const connection = bruno.tab.openConnections[0];
  if (connection === undefined) throw new Error('connected');
  world.network.breakPath(connection);
  await clock.advance(4_000);
  anna.room.sendChat('can you hear me');
  await clock.advance(50);
  expect(server.messages.filter((each) => each.type === 'chat')).toHaveLength(1);
  expect(bruno.room.snapshot.chat).toMatchObject([{ text: 'can you hear me', via: 'room' }]);
});

it('hears from the server what it did not hand on', async () => {
  const { world, clock, anna, bruno } = await call(2, 'sfu');
  const channel = anna.room.openChannel('aside');
  const problems: string[] = [];
  channel.onProblem(({ code }) => problems.push(code));
  channel.send('are you there', bruno.id);
  await clock.advance(50);
  // Bruno is gone, and the word of it is on its way.
  world.network.dataMs = 500;
  bruno.tab.vanish();
  await clock.advance(100);
  expect(channel.send('and now', bruno.id)).toBe(true);
  await clock.advance(1_100);
  expect(problems).toEqual(['data-unreachable']);
  expect(channel.send('still', bruno.id)).toBe(false);
});

it('tells who wants to send a file to nobody', async () => {
  const world = new World();
  const alone = new Person(world, new FakeServer(world, undefined, true), 'Anna');
  void alone.room.join();
  await world.clock.advance(100);
  alone.room.sendFile(new File(['x'], 'x'));
  expect(alone.notices.at(-1)).toMatchObject({ kind: 'problem', problem: { code: 'file-nobody-here' } });
});
