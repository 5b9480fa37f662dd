/** The signaling connection as a table: what may follow what. The connection itself only asks here. */
import type { Problem } from './api.ts';

export type SignalState =
  | { readonly kind: 'idle' }
  /** The socket is being opened. `attempt` is 0 at first and counts the tries since the last connection. */
  | { readonly kind: 'connecting'; readonly attempt: number }
  /** `join` is sent, `joined` awaited. */
  | { readonly kind: 'joining'; readonly attempt: number }
  | { readonly kind: 'joined' }
  /** Waiting for the next try. */
  | { readonly kind: 'reconnecting'; readonly attempt: number }
  | { readonly kind: 'closed'; readonly problem: Problem | null };

export type SignalKind = SignalState['kind'];

export type SignalEvent =
  /** The room wants to be in. */
  | 'start'
  /** The socket is open. */
  | 'opened'
  /** The server said `joined`. */
  | 'accepted'
  /** The socket closed, stayed silent or never opened. */
  | 'lost'
  /** It is time for the next try. */
  | 'retry'
  /** The person left, or the server refused for good. */
  | 'ended';

/** An event without a cell changes nothing: it came too late. */
export const TRANSITIONS: Readonly<Record<SignalKind, Readonly<Partial<Record<SignalEvent, SignalKind>>>>> = {
  idle: { start: 'connecting', ended: 'closed' },
  connecting: { opened: 'joining', lost: 'reconnecting', ended: 'closed' },
  joining: { accepted: 'joined', lost: 'reconnecting', ended: 'closed' },
  joined: { lost: 'reconnecting', ended: 'closed' },
  reconnecting: { retry: 'connecting', ended: 'closed' },
  closed: { start: 'connecting' },
};

export function allows(kind: SignalKind, event: SignalEvent): boolean {
  return TRANSITIONS[kind][event] !== undefined;
}
