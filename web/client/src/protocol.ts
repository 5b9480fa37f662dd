/** The messages of docs/PROTOCOL.md, version 1. Parsing is in protocol-parse.ts. */
import type { MediaState, Problem, RoomTopology, SourceKind } from './api.ts';
import type { ViewSize } from './view-sizes.ts';

export const PROTOCOL_VERSION = 1;

/** The server as an addressee, and as a sender of answers. */
export const SERVER = 'server';

export const LIMITS = {
  /** Code points. */
  name: 64,
  /** Code points. */
  chatText: 4_000,
  sdp: 48_000,
  /** Of the server, which has more to say of the slots than was offered. */
  serverSdp: 128_000,
  id: 64,
  candidate: 1_024,
  sources: 32,
  /** More than any client offers m-lines. */
  slots: 128,
  /** Of one picture. */
  rids: 16,
} as const;

/** Participant as the server describes it. */
export interface Participant {
  readonly id: string;
  readonly name: string;
  readonly instance: string;
  readonly media: MediaState;
  readonly connected: boolean;
}

export type Sources = Readonly<Record<string, SourceKind>>;

/** W3C RTCIceCandidateInit; `null` ends the candidates. */
export interface Candidate {
  readonly candidate: string;
  readonly sdpMid: string | null;
  readonly sdpMLineIndex: number | null;
  readonly usernameFragment: string | null;
}

export interface Join {
  readonly type: 'join';
  readonly version: number;
  readonly room: string;
  readonly name: string;
  readonly instance: string;
  readonly media: MediaState;
  readonly topology: 'auto' | RoomTopology;
  readonly token?: string;
  readonly resume?: { readonly token: string; readonly seq: number };
}

export interface Ping {
  readonly type: 'ping';
  readonly t?: number;
  /** The last `seq` received: the server need not keep what came before. */
  readonly seq?: number;
}

/** A message for one participant; worth nothing in another session. */
export type TargetedMessage =
  | {
      readonly type: 'offer' | 'answer';
      readonly to: string;
      readonly instance: string;
      readonly sdp: string;
      readonly sources: Sources;
    }
  | {
      readonly type: 'candidate';
      readonly to: string;
      readonly instance: string;
      readonly candidate: Candidate | null;
    };

/** How large each slot is shown, complete; one that is missing gets the best there is. */
export interface View {
  readonly type: 'view';
  readonly slots: Readonly<Record<string, ViewSize>>;
}

/** What is numbered with `n`, kept until acknowledged and sent again after a reconnect. */
export type RoomMessage =
  | TargetedMessage
  | View
  | { readonly type: 'rename'; readonly name: string }
  | { readonly type: 'media'; readonly media: MediaState }
  | { readonly type: 'chat'; readonly id: string; readonly text: string };

export type ClientMessage = Join | Ping | { readonly type: 'leave' } | (RoomMessage & { readonly n?: number });

export type SessionKind = 'new' | 'resumed' | 'restored';

export interface Joined {
  readonly type: 'joined';
  readonly version: number;
  readonly room: string;
  readonly participant: string;
  readonly name: string;
  readonly session: SessionKind;
  readonly seq: number;
  readonly received: number;
  readonly resumeToken: string;
  readonly resumeSeconds: number;
  readonly participants: readonly Participant[];
  readonly limits: { readonly maxMessageBytes: number; readonly maxParticipants: number };
  /** A server that does not say knows only meshes. */
  readonly topology?: RoomTopology;
  /** The process that carries media; absent when this server carries none. */
  readonly server?: { readonly instance: string };
}

export interface ParticipantChanged {
  readonly type: 'participant-joined' | 'participant-updated';
  readonly seq: number;
  readonly participant: Participant;
}

export interface ParticipantLeft {
  readonly type: 'participant-left';
  readonly seq: number;
  readonly participant: string;
  readonly reason: 'left' | 'timeout' | 'slow';
}

export interface Description {
  readonly type: 'offer' | 'answer';
  readonly seq: number;
  readonly from: string;
  readonly sdp: string;
  /** Empty when the sender named none. */
  readonly sources: Sources;
}

export interface RemoteCandidate {
  readonly type: 'candidate';
  readonly seq: number;
  readonly from: string;
  readonly candidate: Candidate | null;
}

export interface RoomChat {
  readonly type: 'chat';
  readonly seq: number;
  readonly from: string;
  readonly name: string;
  readonly id: string;
  readonly text: string;
  readonly at: number;
}

export interface TopologyChanged {
  readonly type: 'topology';
  readonly seq: number;
  readonly topology: RoomTopology;
}

/** What arrives in an m-line of the connection to the server. */
export interface Slot {
  readonly participant: string;
  readonly source: SourceKind;
}

/** By mid; one that is missing is empty. */
export type SlotMap = Readonly<Record<string, Slot>>;

export interface SlotsChanged {
  readonly type: 'slots';
  readonly seq: number;
  /** Complete. */
  readonly slots: SlotMap;
}

/** Which layers of what is sent in an m-line anybody wants: those of these names, or so many from the lowest on. */
export type WantedLayers = { readonly rids: readonly string[] } | { readonly spatial: number };

/** By mid; of one that is missing all are wanted. */
export type LayerMap = Readonly<Record<string, WantedLayers>>;

export interface LayersChanged {
  readonly type: 'layers';
  readonly seq: number;
  /** Complete. */
  readonly layers: LayerMap;
}

export interface Pong {
  readonly type: 'pong';
  readonly t?: number;
  readonly received: number;
}

export interface ServerError extends Problem {
  readonly type: 'error';
  readonly re?: number;
}

export interface Closing extends Problem {
  readonly type: 'closing';
  readonly retryAfterMs?: number;
}

/** Messages that carry `seq` and reach the room's logic. */
export type SequencedMessage =
  | ParticipantChanged
  | ParticipantLeft
  | Description
  | RemoteCandidate
  | RoomChat
  | TopologyChanged
  | SlotsChanged
  | LayersChanged;

export type ServerMessage = Joined | SequencedMessage | Pong | ServerError | Closing;

/** What travels on the data channel. */
export interface PeerChat {
  readonly type: 'chat';
  readonly id: string;
  readonly text: string;
  readonly at: number;
}

export function encode(message: ClientMessage): string {
  return JSON.stringify(message);
}

/** Length of a name or text as the protocol counts it. */
export function codePoints(text: string): number {
  let count = 0;
  for (let index = 0; index < text.length; count++) index += (text.codePointAt(index) ?? 0) > 0xffff ? 2 : 1;
  return count;
}

/** A room or participant name as the server will keep it. */
export function normaliseName(name: string): string {
  return name.trim().normalize('NFC');
}
