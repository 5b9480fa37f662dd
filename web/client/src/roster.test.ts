import { describe, expect, it } from 'vitest';
import type { Joined, Participant } from './protocol.ts';
import { Roster } from './roster.ts';

const person = (id: string, members: Partial<Participant> = {}): Participant => ({
  id,
  name: id.toUpperCase(),
  instance: 'i1',
  media: { microphone: true, camera: true, screen: false },
  connected: true,
  ...members,
});

const joined = (session: Joined['session'], participants: readonly Participant[]): Joined => ({
  type: 'joined',
  version: 1,
  room: 'agora',
  participant: 'me',
  name: 'Me',
  session,
  seq: 0,
  received: 0,
  resumeToken: 't',
  resumeSeconds: 30,
  participants,
  limits: { maxMessageBytes: 65_536, maxParticipants: 50 },
});

const updated = (participant: Participant) => ({ type: 'participant-updated', seq: 1, participant }) as const;

describe('the roster', () => {
  it('tells what changes mean', () => {
    const roster = new Roster();
    const kinds = (participant: Participant): readonly string[] =>
      roster.handleChanged(updated(participant)).notices.map((each) => each.kind);
    expect(kinds(person('a'))).toEqual(['joined']);
    expect(kinds(person('a', { name: 'Other' }))).toEqual([]);
    expect(kinds(person('a', { connected: false }))).toEqual(['lost']);
    expect(kinds(person('a'))).toEqual(['returned']);
    const sharing = person('a', { media: { microphone: true, camera: true, screen: true } });
    expect(kinds(sharing)).toEqual(['sharing']);
    expect(kinds(sharing)).toEqual([]);
    const left = { type: 'participant-left', seq: 2, participant: 'a', reason: 'left' } as const;
    expect(roster.handleLeft(left)).toMatchObject({ left: ['a'], notices: [{ kind: 'left' }] });
    expect(roster.handleLeft(left)).toMatchObject({ left: [], notices: [] });
  });

  it('keeps who is missing after a restart of the server for as long as it may return', () => {
    const roster = new Roster();
    roster.handleJoined(joined('new', [person('a'), person('b'), person('c')]), 0);
    expect(roster.handleJoined(joined('restored', [person('b')]), 1_000)).toMatchObject({ left: [], again: ['b'] });
    expect(roster.get('a')?.connected).toBe(false);
    expect(roster.handleChanged(updated(person('a')))).toMatchObject({ again: ['a'], notices: [] });
    expect(roster.expire(30_999).left).toEqual([]);
    expect(roster.expire(31_000)).toMatchObject({ left: ['c'], notices: [{ kind: 'left' }] });
    expect(roster.participants.map((each) => each.id)).toEqual(['a', 'b']);
  });

  it('drops at once who is missing from the list of a living server', () => {
    const roster = new Roster();
    roster.handleJoined(joined('new', [person('a')]), 0);
    expect(roster.handleJoined(joined('resumed', [person('b')]), 0).left).toEqual(['a']);
  });

  it('is bounded', () => {
    const roster = new Roster();
    for (let at = 0; at < 2_000; at++) roster.handleChanged(updated(person(`p${String(at)}`)));
    expect(roster.participants).toHaveLength(1_000);
  });
});
