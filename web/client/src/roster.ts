/** Who is in the room, as the server tells it, with what each change means to a person. */
import type { RoomNotice } from './api.ts';
import type { Joined, Participant, ParticipantChanged, ParticipantLeft } from './protocol.ts';

type PresenceKind = Exclude<RoomNotice['kind'], 'problem'>;

export interface RosterChange {
  /** Now present: new, or changed. */
  readonly present: readonly Participant[];
  readonly left: readonly string[];
  /** Known before the server forgot everything, and back now: what was being negotiated begins again. */
  readonly again: readonly string[];
  readonly notices: readonly { readonly kind: PresenceKind; readonly participant: Participant }[];
}

const NOTHING: RosterChange = { present: [], left: [], again: [], notices: [] };
/** More than any room holds. */
const MAX_PARTICIPANTS = 1_000;

export class Roster {
  readonly #participants = new Map<string, Participant>();
  /** Not seen since the server was restarted, with the time until which each may return. */
  readonly #missing = new Map<string, number>();

  get participants(): readonly Participant[] {
    return [...this.#participants.values()];
  }

  get(id: string): Participant | undefined {
    return this.#participants.get(id);
  }

  /**
   * The complete list. After a restart of the server those who have not returned yet are kept for a while. Not for a
   * session that was resumed by the same page: it gets what it missed, in order, and needs no list.
   */
  handleJoined(joined: Joined, now: number): RosterChange {
    const listed = new Set(joined.participants.map((each) => each.id));
    const absent = this.participants.filter((each) => !listed.has(each.id));
    const known = joined.participants.map((each) => each.id).filter((id) => this.#participants.has(id));
    this.#missing.clear();
    if (joined.session === 'restored') {
      for (const participant of absent) {
        this.#participants.set(participant.id, { ...participant, connected: false });
        this.#missing.set(participant.id, now + joined.resumeSeconds * 1_000);
      }
    } else {
      for (const { id } of absent) this.#participants.delete(id);
    }
    for (const participant of joined.participants) this.#put(participant);
    return {
      present: this.participants,
      left: joined.session === 'restored' ? [] : absent.map((each) => each.id),
      again: joined.session === 'restored' ? known : [],
      notices: [],
    };
  }

  handleChanged({ participant }: ParticipantChanged): RosterChange {
    const before = this.#participants.get(participant.id);
    const wasMissing = this.#missing.delete(participant.id);
    if (!this.#put(participant)) return NOTHING;
    const notices: RosterChange['notices'][number][] = [];
    if (before === undefined) notices.push({ kind: 'joined', participant });
    else if (!wasMissing && before.connected !== participant.connected)
      notices.push({ kind: participant.connected ? 'returned' : 'lost', participant });
    if (participant.media.screen && before?.media.screen !== true) notices.push({ kind: 'sharing', participant });
    return { present: [participant], left: [], again: wasMissing ? [participant.id] : [], notices };
  }

  handleLeft({ participant }: ParticipantLeft): RosterChange {
    return this.#remove(participant);
  }

  /** @returns the missing whose time is over */
  expire(now: number): RosterChange {
    const over = [...this.#missing].filter(([, until]) => now >= until).map(([id]) => this.#remove(id));
    return { ...NOTHING, left: over.flatMap((each) => each.left), notices: over.flatMap((each) => each.notices) };
  }

  clear(): void {
    this.#participants.clear();
    this.#missing.clear();
  }

  #put(participant: Participant): boolean {
    if (!this.#participants.has(participant.id) && this.#participants.size >= MAX_PARTICIPANTS) return false;
    this.#participants.set(participant.id, participant);
    return true;
  }

  #remove(id: string): RosterChange {
    const participant = this.#participants.get(id);
    this.#participants.delete(id);
    this.#missing.delete(id);
    return participant === undefined ? NOTHING : { ...NOTHING, left: [id], notices: [{ kind: 'left', participant }] };
  }
}
