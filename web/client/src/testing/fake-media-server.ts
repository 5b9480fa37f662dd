/**
 * The media side of the server: an end for each participant's connection to it, and slots that it fills with what the
 * others of the room send. ICE-lite: it names its address in the answer and takes checks from anywhere.
 */
import type { MediaState, SourceKind } from '../api.ts';
import { every } from '../environment.ts';
import type { Slot, SlotMap, Sources, View } from '../protocol.ts';
import { mediaOf } from '../slots.ts';
import { FakeDataChannel } from './fake-data-channel.ts';
import type { FakeData } from './fake-data-channel.ts';
import type { NetworkEnd } from './fake-network.ts';
import { mlines } from './fake-peer-connection.ts';
import type { Mline } from './fake-peer-connection.ts';
import type { World } from './world.ts';

const CHECK_EVERY_MS = 50;
const CONTROL = new FakeDataChannel('stoa', { negotiated: true, id: 0, protocol: 'stoa.chat.1' });
const PROBLEM = 0x12;
const REACHABLE = 0x13;
const UNREACHABLE = 0x14;

/** An envelope, byte by byte as docs/PROTOCOL.md has it. */
function envelope(first: number, participant: string, payload = new Uint8Array()): Uint8Array<ArrayBuffer> {
  const id = new TextEncoder().encode(participant);
  return Uint8Array.from([first, id.length, ...id, ...payload]);
}

export class FakeServerEnd implements NetworkEnd {
  readonly participant: string;
  readonly room: string;
  readonly ufragBase: string;
  readonly signalingState = 'stable';
  readonly hasRemoteCandidates = true;
  remoteUfrag = '';
  sources: Sources = {};
  media: MediaState;
  slots: SlotMap = {};
  /** How large the participant shows its slots, as it said last; null: it said nothing. */
  view: View['slots'] | null = null;
  everConnected = false;
  #connected = false;
  #generation = 1;
  #mlines: readonly Mline[] = [];
  readonly #server: FakeMediaServer;

  constructor(server: FakeMediaServer, participant: string, room: string, media: MediaState) {
    this.#server = server;
    this.participant = participant;
    this.room = room;
    this.media = media;
    this.ufragBase = server.world.network.register(this);
  }

  get localUfrag(): string {
    return `${this.ufragBase}.${String(this.#generation)}`;
  }

  get sends(): ReadonlyMap<string, string> {
    return new Map(
      Object.entries(this.slots).flatMap(([mid, { participant, source }]) => {
        const label = this.#server.labelOf(participant, source);
        return label === undefined ? [] : [[mid, label] as const];
      }),
    );
  }

  /** The label of what arrives here from its own participant. */
  received(source: SourceKind): string | undefined {
    const mid = Object.keys(this.sources).find((each) => this.sources[each] === source);
    if (!this.#connected || mid === undefined) return undefined;
    return this.#server.world.network.otherEnd(this)?.sends.get(mid);
  }

  /** Mids in which the participant receives. */
  slotMids(media: 'audio' | 'video'): readonly string[] {
    return this.#mlines.filter((each) => each.media === media && !(each.mid in this.sources)).map((each) => each.mid);
  }

  /** @returns the answer */
  handleOffer(sdp: string, sources: Sources): string {
    const ufrag = ufragOf(sdp);
    if (this.remoteUfrag !== '' && this.remoteUfrag !== ufrag) this.#generation++;
    this.remoteUfrag = ufrag;
    this.sources = sources;
    this.#mlines = mlines(sdp);
    const sections = this.#mlines.flatMap(({ mid, media }) => [`m=${media} 9 FAKE 0`, `a=mid:${mid}`]);
    const number = /^a=x-stoa-offer:\d+/m.exec(sdp)?.[0] ?? '';
    const head = [
      'v=0',
      `o=- ${this.ufragBase} 1 IN IP4 127.0.0.1`,
      `a=ice-ufrag:${this.localUfrag}`,
      'a=candidate:1 1 udp',
      number,
    ];
    return [...head, ...sections, ''].join('\r\n');
  }

  setPath(state: 'connected' | 'disconnected' | 'failed'): void {
    this.#connected = state === 'connected';
    this.everConnected ||= this.#connected;
    this.#server.updateReach(this);
  }

  get hasData(): boolean {
    return this.#connected && this.#mlines.some((each) => each.media === 'application');
  }

  receiveData(channel: FakeDataChannel, data: FakeData): void {
    if (typeof data !== 'string') this.#server.relay(this, channel, new Uint8Array(data));
  }

  sendData(channel: FakeDataChannel, message: Uint8Array<ArrayBuffer>): void {
    const { network, clock } = this.#server.world;
    clock.setTimer(() => network.reachedBy(this)?.receiveData(channel, message.slice().buffer), network.dataMs);
  }
}

export class FakeMediaServer {
  readonly world: World;
  readonly instance: string;
  readonly #ends = new Map<string, FakeServerEnd>();
  readonly #reachable = new Set<FakeServerEnd>();
  readonly #onSlots: (participant: string, slots: SlotMap) => void;
  #stopChecking: (() => void) | null = null;

  constructor(world: World, instance: string, onSlots: (participant: string, slots: SlotMap) => void) {
    this.world = world;
    this.instance = instance;
    this.#onSlots = onSlots;
  }

  /** Makes the participant's end, or renegotiates the one it has; another PeerConnection replaces it. @returns the answer */
  offer(participant: string, room: string, media: MediaState, sdp: string, sources: Sources): string {
    const known = this.#ends.get(participant);
    if (known !== undefined && baseOf(known.remoteUfrag) !== baseOf(ufragOf(sdp))) this.leave(participant);
    const end = this.#ends.get(participant) ?? new FakeServerEnd(this, participant, room, media);
    this.#ends.set(participant, end);
    const { clock } = this.world;
    this.#stopChecking ??= every(clock, CHECK_EVERY_MS, () => this.#check());
    const answer = end.handleOffer(sdp, sources);
    clock.setTimer(() => this.#onSlots(participant, end.slots), 1);
    return answer;
  }

  /** Whoever data reaches, and reaches no more, is told to the others. */
  updateReach(end: FakeServerEnd): void {
    const was = this.#reachable.has(end);
    if (end.hasData === was) return;
    if (was) this.#reachable.delete(end);
    for (const other of this.#reachable) {
      if (other.room !== end.room) continue;
      other.sendData(CONTROL, envelope(was ? UNREACHABLE : REACHABLE, end.participant));
      if (!was) end.sendData(CONTROL, envelope(REACHABLE, other.participant));
    }
    if (!was) this.#reachable.add(end);
  }

  relay(from: FakeServerEnd, channel: FakeDataChannel, message: Uint8Array<ArrayBuffer>): void {
    const [first = 0, length = 0] = message;
    const to = new TextDecoder().decode(message.subarray(2, 2 + length));
    const out = envelope(first, from.participant, message.slice(2 + length));
    if (to !== '' && ![...this.#reachable].some((each) => each.participant === to)) {
      const problem = JSON.stringify({ code: 'data-unreachable', message: 'Nobody.', hint: 'Wait.' });
      from.sendData(channel, envelope(PROBLEM, '', new TextEncoder().encode(problem)));
      return;
    }
    for (const other of this.#reachable)
      if (other !== from && other.room === from.room && (to === '' || to === other.participant))
        other.sendData(channel, out);
  }

  setMedia(participant: string, media: MediaState): void {
    const end = this.#ends.get(participant);
    if (end !== undefined) end.media = media;
  }

  setView(participant: string, slots: View['slots']): void {
    const end = this.#ends.get(participant);
    if (end !== undefined) end.view = slots;
  }

  /** What a participant has said of the sizes at which it shows the others, by their ids and sources. */
  viewOf(participant: string): Readonly<Record<string, string>> | null {
    const end = this.#ends.get(participant);
    if (end === undefined || end.view === null) return null;
    return Object.fromEntries(
      Object.entries(end.view).map(([mid, { width, height }]) => {
        const slot = end.slots[mid];
        return [`${slot?.participant ?? 'nobody'} ${slot?.source ?? mid}`, `${String(width)}x${String(height)}`];
      }),
    );
  }

  leave(participant: string): void {
    const end = this.#ends.get(participant);
    if (end === undefined) return;
    end.setPath('disconnected');
    this.world.network.remove(end);
    this.#ends.delete(participant);
    if (this.#ends.size > 0) return;
    this.#stopChecking?.();
    this.#stopChecking = null;
  }

  /** The process dies. */
  stop(): void {
    for (const [participant, end] of [...this.#ends]) {
      this.world.network.breakPath(end);
      this.leave(participant);
    }
  }

  labelOf(participant: string, source: SourceKind): string | undefined {
    return this.#ends.get(participant)?.received(source);
  }

  get participants(): readonly string[] {
    return [...this.#ends.keys()];
  }

  #check(): void {
    // close_notify of a connection that its page closed.
    for (const end of [...this.#ends.values()])
      if (end.everConnected && !this.world.network.isOpen(baseOf(end.remoteUfrag))) this.leave(end.participant);
    for (const end of this.#ends.values()) this.#fill(end);
  }

  /** As many as there are slots, voices first; what has a slot keeps it. */
  #fill(end: FakeServerEnd): void {
    const slots: Record<string, Slot> = {};
    for (const media of ['audio', 'video'] as const) {
      const mids = end.slotMids(media);
      const chosen = this.#sentTo(end, media).slice(0, mids.length);
      for (const mid of mids) {
        const kept = chosen.findIndex((each) => isSame(each, end.slots[mid]));
        if (kept >= 0) slots[mid] = chosen.splice(kept, 1)[0] as Slot;
      }
      for (const mid of mids.filter((each) => slots[each] === undefined)) {
        const next = chosen.shift();
        if (next !== undefined) slots[mid] = next;
      }
    }
    if (JSON.stringify(slots) === JSON.stringify(end.slots)) return;
    end.slots = slots;
    this.#onSlots(end.participant, slots);
  }

  #sentTo(end: FakeServerEnd, media: 'audio' | 'video'): Slot[] {
    return [...this.#ends.values()]
      .filter((each) => each !== end && each.room === end.room && each.everConnected)
      .flatMap(({ participant, sources, media: on }) =>
        Object.values(sources)
          .filter((source) => mediaOf(source) === media && isOn(source, on))
          .map((source) => ({ participant, source })),
      )
      .sort((a, b) => ORDER.indexOf(a.source) - ORDER.indexOf(b.source));
  }
}

function isSame(a: Slot, b: Slot | undefined): boolean {
  return a.participant === b?.participant && a.source === b.source;
}

/** A voice is heard before the sound of a screen. */
const ORDER: readonly SourceKind[] = ['microphone', 'screen-audio', 'camera', 'screen'];

function isOn(source: SourceKind, media: MediaState): boolean {
  if (source === 'microphone') return true;
  return source === 'camera' ? media.camera : media.screen;
}

function ufragOf(sdp: string): string {
  return /^a=ice-ufrag:(\S+)/m.exec(sdp)?.[1] ?? '';
}

function baseOf(ufrag: string): string {
  return ufrag.replace(/\..*$/, '');
}
