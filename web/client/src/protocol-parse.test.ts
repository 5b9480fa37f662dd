/// <reference types="vite/client" />
import { describe, expect, it } from 'vitest';
import { FakeServer } from './testing/fake-server.ts';
import { Person } from './testing/people.ts';
import { FakeElement, World } from './testing/world.ts';
import { parsePeerChat, parseServerMessage } from './protocol-parse.ts';
import type { ClientMessage } from './protocol.ts';

/** The Java tests read the same files. */
const fromServer = import.meta.glob<string>('../../../test/fixtures/protocol/server/*.json', {
  query: '?raw',
  import: 'default',
  eager: true,
});
const fromClient = import.meta.glob<string>('../../../test/fixtures/protocol/client/*.json', {
  query: '?raw',
  import: 'default',
  eager: true,
});

function named(files: Record<string, string>): readonly (readonly [string, string])[] {
  return Object.entries(files).map(([path, text]) => [path.replace(/^.*\/(.*)\.json$/, '$1'), text]);
}

const change = (text: string, members: Record<string, unknown>): string =>
  JSON.stringify({ ...(JSON.parse(text) as object), ...members });

const fixture = (name: string): string => {
  const text = new Map(named(fromServer)).get(name);
  if (text === undefined) throw new Error(`no fixture ${name}`);
  return text;
};

describe('messages of the server', () => {
  it('has a fixture of each type', () => {
    const types = new Set(named(fromServer).map(([, text]) => (JSON.parse(text) as { type: string }).type));
    expect([...types].sort()).toEqual([
      'answer',
      'candidate',
      'chat',
      'closing',
      'error',
      'joined',
      'layers',
      'offer',
      'participant-joined',
      'participant-left',
      'participant-updated',
      'pong',
      'slots',
      'topology',
    ]);
  });

  it.each(named(fromServer))('reads %s whole', (_name, text) => {
    expect(parseServerMessage(text)).toEqual({ ok: true, message: JSON.parse(text) as unknown });
  });

  it.each(named(fromServer))('refuses %s without any one of its members', (_name, text) => {
    const whole = JSON.parse(text) as Record<string, unknown>;
    const optional = [
      't',
      're',
      'retryAfterMs',
      'sources',
      ...(whole['type'] === 'joined' ? ['topology', 'server'] : []),
    ];
    for (const key of Object.keys(whole).filter((each) => !optional.includes(each))) {
      expect(parseServerMessage(change(text, { [key]: undefined })), `without ${key}`).toMatchObject({ ok: false });
      expect(parseServerMessage(change(text, { [key]: [{}] })), `${key} of another type`).toMatchObject({ ok: false });
    }
  });

  it('ignores members that it does not know', () => {
    expect(parseServerMessage(change(fixture('pong'), { surprise: 1 }))).toEqual(parseServerMessage(fixture('pong')));
  });

  it.each([
    ['not JSON', '{'],
    ['no object', '[]'],
    ['nothing', 'null'],
    ['an unknown type', '{"type":"dance"}'],
    ['a name of another type', '{"type":"toString"}'],
  ])('refuses %s', (_what, text) => {
    expect(parseServerMessage(text).ok).toBe(false);
  });

  it.each([
    ['a negative seq', 'chat', { seq: -1 }],
    ['a fractional seq', 'chat', { seq: 1.5 }],
    ['an empty chat', 'chat', { text: '' }],
    ['a chat that is too long', 'chat', { text: '𝄞'.repeat(4_001) }],
    ['an id that is too long', 'offer', { from: 'p'.repeat(65) }],
    ['SDP that is too long', 'offer', { sdp: 'v'.repeat(48_001) }],
    ['an answer of the server that is too long', 'answer-server', { sdp: 'v'.repeat(128_001) }],
    ['an unknown source', 'offer', { sources: { 0: 'hologram' } }],
    [
      'too many sources',
      'offer',
      { sources: Object.fromEntries(Array.from({ length: 33 }, (_, at) => [at, 'camera'])) },
    ],
    ['a candidate that is too long', 'candidate', { candidate: { candidate: 'c'.repeat(1_025) } }],
    ['an unknown topology', 'topology', { topology: 'star' }],
    ['an unknown source in a slot', 'slots', { slots: { 2: { participant: 'p', source: 'hologram' } } }],
    ['a slot of nobody', 'slots', { slots: { 2: { source: 'camera' } } }],
    [
      'too many slots',
      'slots',
      {
        slots: Object.fromEntries(Array.from({ length: 129 }, (_, at) => [at, { participant: 'p', source: 'camera' }])),
      },
    ],
    ['layers that are no number', 'layers', { layers: { 1: { spatial: 'all' } } }],
    ['less than no layers', 'layers', { layers: { 1: { spatial: -1 } } }],
    ['a layer without a name', 'layers', { layers: { 1: { rids: [7] } } }],
    ['neither names nor a number of layers', 'layers', { layers: { 1: {} } }],
    ['too many names of layers', 'layers', { layers: { 1: { rids: Array.from({ length: 17 }, () => 'l') } } }],
    [
      'layers of too many m-lines',
      'layers',
      { layers: Object.fromEntries(Array.from({ length: 33 }, (_, at) => [at, { spatial: 1 }])) },
    ],
    ['an unknown topology on joining', 'joined', { topology: 'star' }],
    ['a server without a name', 'joined', { server: {} }],
    ['an unknown reason', 'participant-left', { reason: 'bored' }],
    ['a participant without media', 'participant-joined', { participant: { id: 'p', name: 'P', instance: 'i' } }],
  ])('refuses %s', (_what, name, members) => {
    expect(parseServerMessage(change(fixture(name), members)).ok).toBe(false);
  });

  it('accepts the longest chat of characters outside the basic plane', () => {
    expect(parseServerMessage(change(fixture('chat'), { text: '𝄞'.repeat(4_000) })).ok).toBe(true);
  });

  it('reads what a server without media says on joining', () => {
    const parsed = parseServerMessage(change(fixture('joined'), { topology: undefined, server: undefined }));
    expect(parsed.ok).toBe(true);
    expect(parsed).not.toHaveProperty('message.server');
  });

  it('reads a description without sources', () => {
    expect(parseServerMessage(change(fixture('offer'), { sources: undefined }))).toMatchObject({
      ok: true,
      message: { sources: {} },
    });
  });
});

describe('messages of the client', () => {
  it('have the members and types of their fixtures', async () => {
    const world = new World();
    const server = new FakeServer(world, undefined, true);
    const [anna, bruno] = [new Person(world, server, 'Anna'), new Person(world, server, 'Bruno')];
    const chloe = new Person(world, server, 'Chloé');
    void anna.room.join();
    void bruno.room.join();
    await world.clock.advance(6_000);
    void chloe.room.join();
    await world.clock.advance(1_000);
    chloe.room.watch(anna.id, 'camera', new FakeElement(640, 360).asElement);
    await world.clock.advance(100);
    chloe.room.leave();
    await world.clock.advance(15_000);
    anna.room.rename('Anna K.');
    await anna.media.setMicrophone(false);
    world.network.breakPath(anna.tab.openConnections[0] ?? expect.fail('connected'));
    await world.clock.advance(3_200);
    anna.room.sendChat('not over a broken path');
    await world.clock.advance(50);
    server.dropConnections(anna.id);
    await world.clock.advance(500);
    anna.room.leave();
    await world.clock.advance(500);

    const shapes = new Map<string, Set<string>>();
    for (const [, text] of named(fromClient)) {
      const message = JSON.parse(text) as ClientMessage;
      shapes.set(message.type, (shapes.get(message.type) ?? new Set()).add(shapeOf(message)));
    }
    expect(new Set(server.messages.map((each) => each.type))).toEqual(new Set(shapes.keys()));
    for (const message of server.messages) expect(shapes.get(message.type), message.type).toContain(shapeOf(message));
  });
});

/** Members and types; what is optional and differs between messages of one type is left out. */
function shapeOf(message: ClientMessage): string {
  const shape = (value: unknown): unknown =>
    typeof value !== 'object' || value === null
      ? typeof value
      : Object.fromEntries(
          Object.entries(value)
            .sort(([a], [b]) => a.localeCompare(b))
            .map(([key, member]) => [key, shape(member)]),
        );
  const left = {
    ...message,
    n: undefined,
    seq: undefined,
    topology: undefined,
    ...('sources' in message ? { sources: {} } : {}),
    ...('slots' in message ? { slots: Object.values(message.slots).slice(0, 1) } : {}),
  };
  return JSON.stringify(shape(JSON.parse(JSON.stringify(left))));
}

describe('chat of a peer', () => {
  it('is read', () => {
    const chat = { type: 'chat', id: 'c1', text: 'hi', at: 1 };
    expect(parsePeerChat(JSON.stringify(chat))).toEqual({ ok: true, message: chat });
  });

  it.each([
    '{',
    '{"type":"offer"}',
    '{"type":"chat","id":"c","text":"","at":1}',
    '{"type":"chat","id":"c","text":"x"}',
  ])('is refused: %s', (text) => {
    expect(parsePeerChat(text).ok).toBe(false);
  });
});
