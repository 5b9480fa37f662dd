/** Rooms with their tab and devices, and what each sees and hears of the others. */
import type { RoomNotice, RoomOptions, Topology } from '../api.ts';
import { CallRoom } from '../room.ts';
import { FakeLocalMedia } from './fake-media.ts';
import type { FakeServer } from './fake-server.ts';
import type { MemoryStorage, Tab, World } from './world.ts';

export class Person {
  readonly name: string;
  readonly tab: Tab;
  readonly media: FakeLocalMedia;
  readonly room: CallRoom;
  readonly notices: RoomNotice[] = [];
  readonly #world: World;
  readonly #server: FakeServer;
  readonly #options: Partial<RoomOptions>;

  constructor(
    world: World,
    server: FakeServer,
    name: string,
    storage?: MemoryStorage,
    options: Partial<RoomOptions> = {},
  ) {
    this.#world = world;
    this.#server = server;
    this.#options = options;
    this.name = name;
    this.tab = world.tab(server, storage === undefined ? {} : { storage });
    this.media = new FakeLocalMedia(name);
    this.room = new CallRoom(this.tab.environment, { room: 'agora', name, media: this.media, ...options });
    this.room.onNotice((notice) => this.notices.push(notice));
  }

  get wish(): Topology {
    return this.#options.topology ?? 'auto';
  }

  get id(): string {
    return this.room.snapshot.local.id ?? '';
  }

  /** The page is loaded again: new objects over the same tab storage. */
  reload(): Person {
    this.tab.vanish();
    return new Person(this.#world, this.#server, this.name, this.tab.storage, this.#options);
  }

  /** Labels of the tracks that arrive from each participant, by name, sorted: what a person sees and hears. */
  get perceives(): Readonly<Record<string, readonly string[]>> {
    return Object.fromEntries(
      this.room.snapshot.participants.map(({ name, stream, screen }) => [
        name,
        [...stream.getTracks(), ...(screen?.getTracks() ?? [])]
          .flatMap((track) => this.tab.openConnections.flatMap((each) => each.labelOf(track) ?? []))
          .sort(),
      ]),
    );
  }

  seesAll(others: readonly Person[]): boolean {
    const expected = others.filter((each) => each !== this);
    return (
      this.room.snapshot.participants.length === expected.length &&
      expected.every((each) => {
        const seen = this.perceives[each.name] ?? [];
        return seen.includes(`${each.name} camera`) && seen.includes(`${each.name} microphone`);
      })
    );
  }

  get offers(): number {
    return this.tab.connections.reduce((sum, each) => sum + each.offers, 0);
  }
}

export function everybodySeesEverybody(people: readonly Person[]): boolean {
  return people.every((each) => each.seesAll(people));
}
