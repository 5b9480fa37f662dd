/**
 * Seeded random calls: people join, leave, reload, lose their connection, share screens, the server restarts, paths
 * break - at any moment and with any latency. When the dust has settled everybody sees everybody, over the right paths.
 */
import { describe, expect, it } from 'vitest';
import type { Topology } from './api.ts';
import { FakeServer } from './testing/fake-server.ts';
import { Person } from './testing/people.ts';
import { World } from './testing/world.ts';

const NAMES = ['Anna', 'Bruno', 'Chloé', 'Davide'];

/** More than what is on its way when the old page goes. */
const PAGE_LOAD_MS = 250;

class Play {
  readonly world: World;
  readonly server: FakeServer;
  readonly people = new Map<string, Person>();
  readonly log: string[] = [];
  readonly #loading = new Set<string>();
  /** What somebody who comes asks of the room, one of these. */
  readonly #wishes: readonly Topology[];

  /** @param wishes none: the server carries no media */
  constructor(seed: number, wishes: readonly Topology[] = []) {
    this.world = new World(seed);
    this.server = new FakeServer(this.world, () => 1 + Math.floor(this.world.random() * 80), wishes.length > 0);
    this.#wishes = wishes;
  }

  step(): void {
    const name = this.#pick(NAMES);
    if (this.#loading.has(name)) return;
    const person = this.people.get(name);
    if (person === undefined || person.room.snapshot.status.kind === 'closed') {
      const topology = this.#wishes.length === 0 ? 'auto' : this.#pick(this.#wishes);
      this.#note(`${name} joins (${topology})`);
      this.#enter(new Person(this.world, this.server, name, undefined, { topology }));
      return;
    }
    switch (Math.floor(this.world.random() * 8)) {
      case 0:
        this.#note(`${name} leaves`);
        person.room.leave();
        this.people.delete(name);
        break;
      case 1:
        this.#note(`${name} reloads`);
        person.tab.vanish();
        this.#loading.add(name);
        this.world.clock.setTimer(() => this.#enter(person.reload()), PAGE_LOAD_MS);
        break;
      case 2:
        this.#note(`${name} loses the connection`);
        this.server.dropConnections(person.id);
        break;
      case 3:
        this.#note('the server restarts');
        this.server.stop();
        this.world.clock.setTimer(() => this.server.start(), Math.floor(this.world.random() * 3_000));
        break;
      case 4: {
        const connection = person.tab.openConnections[0];
        if (connection === undefined) break;
        this.#note(`a path of ${name} breaks`);
        this.world.network.breakPath(connection);
        break;
      }
      case 5:
      case 6:
        this.#note(`${name} toggles the screen`);
        if (person.media.snapshot.screen.status === 'on') person.media.stopScreen();
        else void person.media.startScreen();
        break;
      default:
        this.#note(`${name} toggles the camera`);
        void person.media.setCamera(person.media.snapshot.camera.status !== 'on');
    }
  }

  /** What is wrong, in words; empty when everybody perceives what the others send. */
  get faults(): readonly string[] {
    const people = [...this.people.values()];
    return people.flatMap((person) => {
      const others = people.filter((each) => each !== person);
      const names = person.room.snapshot.participants.map((each) => each.name).sort();
      if (
        names.join() !==
        others
          .map((each) => each.name)
          .sort()
          .join()
      )
        return [`${person.name} has [${names.join()}] in the room`];
      return others.flatMap((other) => {
        const heard = (label: string): boolean => this.topology === 'mesh' || !label.endsWith('screen-audio');
        const seen = (person.perceives[other.name] ?? []).filter(heard).join();
        const sent = sendsOf(other).filter(heard).join();
        return seen === sent ? [] : [`${person.name} perceives [${seen}] of ${other.name} instead of [${sent}]`];
      });
    });
  }

  /** What the room must be in the end. */
  get topology(): 'mesh' | 'sfu' {
    const wishes = [...this.people.values()].map((each) => each.wish);
    if (this.#wishes.length === 0 || wishes.includes('mesh')) return 'mesh';
    return wishes.includes('sfu') || wishes.length >= 3 ? 'sfu' : 'mesh';
  }

  /** What is wrong with the ways that media takes, in words. */
  get detours(): readonly string[] {
    const connections = this.topology === 'sfu' ? 1 : this.people.size - 1;
    return [...this.people.values()].flatMap(({ name, room, tab }) => {
      const { topology } = room.snapshot;
      const open = tab.openConnections.length;
      return [
        ...(topology === this.topology ? [] : [`${name} is in a ${topology}`]),
        ...(open === connections ? [] : [`${name} has ${String(open)} connections instead of ${String(connections)}`]),
      ];
    });
  }

  get mlines(): number {
    return Math.max(
      0,
      ...[...this.people.values()].flatMap((each) =>
        each.tab.openConnections.map((one) => one.getTransceivers().length),
      ),
    );
  }

  #enter(person: Person): void {
    this.#loading.delete(person.name);
    this.people.set(person.name, person);
    person.room.join().catch(() => this.people.delete(person.name));
  }

  #pick<T>(from: readonly T[]): T {
    const picked = from[Math.floor(this.world.random() * from.length)];
    if (picked === undefined) throw new Error('nothing to pick from');
    return picked;
  }

  #note(what: string): void {
    this.log.push(`${String(this.world.clock.now % 1_000_000)} ${what}`);
  }
}

function sendsOf(person: Person): readonly string[] {
  const { camera, microphone, screen, screenAudio } = person.media.snapshot;
  return [camera.track, microphone.track, screen.track, screenAudio].flatMap((track) => track?.label ?? []).sort();
}

async function play(seed: number, wishes: readonly Topology[] = []): Promise<Play> {
  const play = new Play(seed, wishes);
  for (let step = 0; step < 25; step++) {
    play.step();
    await play.world.clock.advance(Math.floor(play.world.random() ** 3 * 6_000));
  }
  // Longer than a session waits for its return, and then some tries of ICE.
  await play.world.clock.advance(90_000);
  return play;
}

const SEEDS = Array.from({ length: 60 }, (_, index) => index + 1);

describe('whatever happens, in the end everybody sees everybody', () => {
  it.each(SEEDS)('directly, seed %i', async (seed) => {
    const end = await play(seed);
    expect(end.faults, end.log.join('\n')).toEqual([]);
    expect(end.mlines).toBeLessThanOrEqual(4);
  });

  it.each(SEEDS)('as it suits how many there are, seed %i', async (seed) => {
    const end = await play(seed, ['auto']);
    expect([...end.faults, ...end.detours], end.log.join('\n')).toEqual([]);
  });

  it.each(SEEDS)('as one or the other wishes, seed %i', async (seed) => {
    const end = await play(seed, ['auto', 'auto', 'auto', 'sfu', 'mesh']);
    expect([...end.faults, ...end.detours], end.log.join('\n')).toEqual([]);
  });
});
