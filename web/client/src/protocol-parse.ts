/** Reads messages from the network. Bad input is a value, never an exception. */
import type { MediaState, RoomTopology, SourceKind } from './api.ts';
import { LIMITS, SERVER, codePoints } from './protocol.ts';
import type {
  Candidate,
  LayerMap,
  Participant,
  PeerChat,
  ServerMessage,
  SessionKind,
  SlotMap,
  Sources,
  WantedLayers,
} from './protocol.ts';

export type Parsed<T> =
  | { readonly ok: true; readonly message: T }
  /** `reason` names the member, for tests and bug reports. */
  | { readonly ok: false; readonly reason: string };

export function parseServerMessage(text: string): Parsed<ServerMessage> {
  return parse(text, serverMessage);
}

/** @param text what came over the data channel of a participant */
export function parsePeerChat(text: string): Parsed<PeerChat> {
  return parse(text, (fields) => {
    oneOf(fields, 'type', ['chat']);
    return { type: 'chat', id: id(fields, 'id'), text: chatText(fields), at: number(fields, 'at') };
  });
}

type Fields = Readonly<Record<string, unknown>>;

/** Stays inside this file. */
class Refused extends Error {}

const MAX_PARTICIPANTS = 1_000;
const MAX_PROSE = 2_000;
const MAX_TOKEN = 8_192;

function parse<T>(text: string, read: (fields: Fields) => T): Parsed<T> {
  try {
    return { ok: true, message: read(asFields(JSON.parse(text), 'message')) };
  } catch (error) {
    return { ok: false, reason: error instanceof Refused ? error.message : 'not JSON' };
  }
}

function serverMessage(fields: Fields): ServerMessage {
  const type = string(fields, 'type', LIMITS.id);
  switch (type) {
    case 'joined':
      return {
        type,
        version: count(fields, 'version'),
        room: name(fields, 'room'),
        participant: id(fields, 'participant'),
        name: name(fields, 'name'),
        session: oneOf<SessionKind>(fields, 'session', ['new', 'resumed', 'restored']),
        seq: count(fields, 'seq'),
        received: count(fields, 'received'),
        resumeToken: string(fields, 'resumeToken', MAX_TOKEN),
        resumeSeconds: count(fields, 'resumeSeconds'),
        participants: list(fields, 'participants', MAX_PARTICIPANTS).map((each) =>
          participant(asFields(each, 'participants')),
        ),
        limits: limits(asFields(fields['limits'], 'limits')),
        ...optional('topology', fields, topology),
        ...optional('server', fields, (_, key) => ({ instance: id(asFields(fields[key], key), 'instance') })),
      };
    case 'participant-joined':
    case 'participant-updated':
      return {
        type,
        seq: count(fields, 'seq'),
        participant: participant(asFields(fields['participant'], 'participant')),
      };
    case 'participant-left':
      return {
        type,
        seq: count(fields, 'seq'),
        participant: id(fields, 'participant'),
        reason: oneOf(fields, 'reason', ['left', 'timeout', 'slow'] as const),
      };
    case 'offer':
    case 'answer':
      return {
        type,
        seq: count(fields, 'seq'),
        from: id(fields, 'from'),
        sdp: string(fields, 'sdp', fields['from'] === SERVER ? LIMITS.serverSdp : LIMITS.sdp),
        sources: fields['sources'] == null ? {} : sources(asFields(fields['sources'], 'sources')),
      };
    case 'candidate':
      return { type, seq: count(fields, 'seq'), from: id(fields, 'from'), candidate: candidate(fields) };
    case 'chat':
      return {
        type,
        seq: count(fields, 'seq'),
        from: id(fields, 'from'),
        name: name(fields, 'name'),
        id: id(fields, 'id'),
        text: chatText(fields),
        at: number(fields, 'at'),
      };
    case 'topology':
      return { type, seq: count(fields, 'seq'), topology: topology(fields, 'topology') };
    case 'slots':
      return { type, seq: count(fields, 'seq'), slots: slots(asFields(fields['slots'], 'slots')) };
    case 'layers':
      return { type, seq: count(fields, 'seq'), layers: layers(asFields(fields['layers'], 'layers')) };
    case 'pong':
      return { type, ...optional('t', fields, number), received: count(fields, 'received') };
    case 'error':
      return { type, ...problem(fields), ...optional('re', fields, count) };
    case 'closing':
      return { type, ...problem(fields), ...optional('retryAfterMs', fields, count) };
    default:
      throw new Refused('type');
  }
}

function participant(fields: Fields): Participant {
  return {
    id: id(fields, 'id'),
    name: name(fields, 'name'),
    instance: id(fields, 'instance'),
    media: media(asFields(fields['media'], 'media')),
    connected: boolean(fields, 'connected'),
  };
}

function media(fields: Fields): MediaState {
  return {
    microphone: boolean(fields, 'microphone'),
    camera: boolean(fields, 'camera'),
    screen: boolean(fields, 'screen'),
  };
}

function limits(fields: Fields): { maxMessageBytes: number; maxParticipants: number } {
  return { maxMessageBytes: count(fields, 'maxMessageBytes'), maxParticipants: count(fields, 'maxParticipants') };
}

function problem(fields: Fields): { code: string; message: string; hint: string } {
  return {
    code: string(fields, 'code', LIMITS.id),
    message: string(fields, 'message', MAX_PROSE),
    hint: string(fields, 'hint', MAX_PROSE),
  };
}

function candidate(fields: Fields): Candidate | null {
  if (fields['candidate'] === null) return null;
  const inner = asFields(fields['candidate'], 'candidate');
  return {
    candidate: string(inner, 'candidate', LIMITS.candidate),
    sdpMid: inner['sdpMid'] == null ? null : string(inner, 'sdpMid', LIMITS.id),
    sdpMLineIndex: inner['sdpMLineIndex'] == null ? null : count(inner, 'sdpMLineIndex'),
    usernameFragment: inner['usernameFragment'] == null ? null : string(inner, 'usernameFragment', 256),
  };
}

const KINDS: readonly SourceKind[] = ['microphone', 'camera', 'screen', 'screen-audio'];

function sources(fields: Fields): Sources {
  const mids = Object.keys(fields);
  if (mids.length > LIMITS.sources) throw new Refused('sources');
  return Object.fromEntries(mids.map((mid) => [mid, oneOf(fields, mid, KINDS)]));
}

function slots(fields: Fields): SlotMap {
  const mids = Object.keys(fields);
  if (mids.length > LIMITS.slots) throw new Refused('slots');
  return Object.fromEntries(
    mids.map((mid) => {
      const slot = asFields(fields[mid], 'slots');
      return [mid, { participant: id(slot, 'participant'), source: oneOf(slot, 'source', KINDS) }];
    }),
  );
}

function layers(fields: Fields): LayerMap {
  const mids = Object.keys(fields);
  if (mids.length > LIMITS.sources) throw new Refused('layers');
  return Object.fromEntries(mids.map((mid) => [mid, wantedLayers(asFields(fields[mid], 'layers'))]));
}

function wantedLayers(fields: Fields): WantedLayers {
  if (fields['rids'] === undefined) return { spatial: count(fields, 'spatial') };
  return { rids: list(fields, 'rids', LIMITS.rids).map((rid) => id({ rid }, 'rid')) };
}

function topology(fields: Fields, key: string): RoomTopology {
  return oneOf(fields, key, ['mesh', 'sfu'] as const);
}

function chatText(fields: Fields): string {
  const text = string(fields, 'text', 2 * LIMITS.chatText);
  if (text.length === 0 || codePoints(text) > LIMITS.chatText) throw new Refused('text');
  return text;
}

function name(fields: Fields, key: string): string {
  const value = string(fields, key, 2 * LIMITS.name);
  if (value.length === 0 || codePoints(value) > LIMITS.name) throw new Refused(key);
  return value;
}

function id(fields: Fields, key: string): string {
  const value = string(fields, key, LIMITS.id);
  if (value.length === 0) throw new Refused(key);
  return value;
}

function asFields(value: unknown, key: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Refused(key);
  return value as Fields;
}

function list(fields: Fields, key: string, max: number): readonly unknown[] {
  const value = fields[key];
  if (!Array.isArray(value) || value.length > max) throw new Refused(key);
  return value;
}

function string(fields: Fields, key: string, max: number): string {
  const value = fields[key];
  if (typeof value !== 'string' || value.length > max) throw new Refused(key);
  return value;
}

function boolean(fields: Fields, key: string): boolean {
  const value = fields[key];
  if (typeof value !== 'boolean') throw new Refused(key);
  return value;
}

function number(fields: Fields, key: string): number {
  const value = fields[key];
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new Refused(key);
  return value;
}

function count(fields: Fields, key: string): number {
  const value = number(fields, key);
  if (!Number.isSafeInteger(value) || value < 0) throw new Refused(key);
  return value;
}

function oneOf<T extends string>(fields: Fields, key: string, allowed: readonly T[]): T {
  const value = allowed.find((each) => each === fields[key]);
  if (value === undefined) throw new Refused(key);
  return value;
}

function optional<K extends string, T>(
  key: K,
  fields: Fields,
  read: (fields: Fields, key: string) => T,
): { readonly [P in K]?: T } {
  return (fields[key] == null ? {} : { [key]: read(fields, key) }) as { readonly [P in K]?: T };
}
