/** The server of docs/PROTOCOL.md in memory: sessions that resume, replay, restart. Latency and order as on a socket. */
import type { RoomTopology } from '../api.ts';
import { SERVER } from '../protocol.ts';
import type {
  ClientMessage,
  Join,
  Joined,
  LayerMap,
  Participant,
  SequencedMessage,
  ServerMessage,
  SlotMap,
} from '../protocol.ts';
import { FakeMediaServer } from './fake-media-server.ts';
import type { FakeSocket, Listener, World } from './world.ts';

interface Session {
  participant: Participant;
  room: string;
  wish: Join['topology'];
  slots: SlotMap | null;
  socket: FakeSocket | null;
  seq: number;
  received: number;
  sent: SequencedMessage[];
  expire: () => void;
}

/** `Omit` member by member of a union. */
type WithoutSeq = SequencedMessage extends infer M ? (M extends unknown ? Omit<M, 'seq'> : never) : never;

const RESUME_SECONDS = 30;
const BACK_TO_MESH_MS = 10_000;

export class FakeServer implements Listener {
  readonly #world: World;
  readonly #latencyMs: () => number;
  /** Everything that clients sent, oldest first. */
  readonly messages: ClientMessage[] = [];
  /** Messages that vanish on their way. */
  lose: (message: ClientMessage) => boolean = () => false;
  /** What offers to the server are refused with. */
  refuseOffers: string | null = null;
  #sessions = new Map<string, Session>();
  #sockets = new Set<FakeSocket>();
  /** When the last message to or from a socket arrives: later ones must not overtake it. */
  readonly #lastArrival = new Map<string, number>();
  #ids = 0;
  #epoch = 1;
  #up = true;
  readonly #carriesMedia: boolean;
  #media: FakeMediaServer | null;
  /** By room: what it does now, and when that may end. */
  readonly #topologies = new Map<string, { now: RoomTopology; stopWaiting: (() => void) | null }>();

  /** @param carriesMedia whether calls can go through this server */
  constructor(world: World, latencyMs: () => number = () => 2, carriesMedia = false) {
    this.#world = world;
    this.#latencyMs = latencyMs;
    this.#carriesMedia = carriesMedia;
    this.#media = this.#newMedia();
  }

  get media(): FakeMediaServer {
    if (this.#media === null) throw new Error('this server carries no media');
    return this.#media;
  }

  connect(_url: string, socket: FakeSocket): void {
    const id = `s${String(++this.#ids)}`;
    if (!this.#up) {
      this.#world.clock.setTimer(() => socket.handlers.onClose(1006), 1);
      return;
    }
    this.#sockets.add(socket);
    let session: Session | null = null;
    this.#later(`${id} down`, () => socket.handlers.onOpen());
    socket.onSent = (text) => {
      this.#later(`${id} up`, () => {
        if (!this.#sockets.has(socket)) return;
        const message = JSON.parse(text) as ClientMessage;
        this.messages.push(message);
        if (this.lose(message)) return;
        if (message.type === 'join') session = this.#join(message, socket, id);
        else if (session !== null && session.socket === socket) this.#handle(session, message);
      });
    };
    socket.onClosed = () => this.#later(`${id} up`, () => this.#disconnect(socket));
    this.#names.set(socket, id);
  }

  readonly #names = new Map<FakeSocket, string>();

  /** Connections break; the sessions stay. @param of a room's participant, or everybody */
  dropConnections(of?: string): void {
    for (const session of this.#sessions.values()) {
      if (session.socket === null || (of !== undefined && session.participant.id !== of)) continue;
      const { socket } = session;
      this.#disconnect(socket);
      this.#world.clock.setTimer(() => socket.handlers.onClose(1006), 1);
    }
  }

  /** Says which layers anybody wants of what a participant sends. */
  tellLayers(participant: string, layers: LayerMap): void {
    const session = this.#sessions.get(participant);
    if (session !== undefined) this.#to(session, { type: 'layers', layers });
  }

  stop(): void {
    this.#up = false;
    this.#media?.stop();
    for (const topology of this.#topologies.values()) topology.stopWaiting?.();
    this.#topologies.clear();
    for (const session of this.#sessions.values()) session.expire();
    this.#sessions = new Map();
    for (const socket of this.#sockets) this.#world.clock.setTimer(() => socket.handlers.onClose(1006), 1);
    this.#sockets.clear();
  }

  start(): void {
    if (this.#up) return;
    this.#up = true;
    this.#epoch++;
    this.#media = this.#newMedia();
  }

  #join(message: ClientMessage & { type: 'join' }, socket: FakeSocket, id: string): Session {
    const known = message.resume?.token.split(' ') ?? [];
    const [participant, epoch] = known;
    const old = participant === undefined ? undefined : this.#sessions.get(participant);
    if (old !== undefined) return this.#resume(old, message, socket, id, epoch === String(this.#epoch));
    const restored = participant !== undefined && epoch === String(this.#epoch - 1);
    const session: Session = {
      participant: {
        id: restored ? participant : `p${String(++this.#ids).padStart(3, '0')}`,
        name: message.name,
        instance: message.instance,
        media: message.media,
        connected: true,
      },
      room: message.room,
      wish: message.topology,
      slots: null,
      socket,
      seq: 0,
      received: 0,
      sent: [],
      expire: () => undefined,
    };
    this.#toOthers(session, { type: 'participant-joined', participant: session.participant });
    this.#sessions.set(session.participant.id, session);
    this.#decide(session.room, session);
    this.#write(socket, this.#joined(session, restored ? 'restored' : 'new'));
    return session;
  }

  /** @param known whether the page knows this session, not only the one before the restart */
  #resume(
    session: Session,
    message: ClientMessage & { type: 'join' },
    socket: FakeSocket,
    id: string,
    known: boolean,
  ): Session {
    const samePage = session.participant.instance === message.instance;
    if (!samePage) this.#forgetMedia(session);
    session.wish = message.topology;
    if (session.socket !== null) {
      const old = session.socket;
      this.#write(old, { type: 'closing', code: 'session-taken-over', message: 'Elsewhere.', hint: 'Go there.' });
      this.#sockets.delete(old);
    }
    session.expire();
    session.socket = socket;
    const { name, instance, media } = message;
    this.#decide(session.room, session);
    const replays = samePage && known;
    if (!replays) session.received = 0;
    const missed = replays ? session.sent.filter((each) => each.seq > (message.resume?.seq ?? 0)) : [];
    this.#write(socket, this.#joined(session, known ? 'resumed' : 'restored'));
    for (const each of missed) this.#write(socket, each);
    if (session.slots !== null) this.#to(session, { type: 'slots', slots: session.slots });
    this.#change(session, { name, instance, media, connected: true });
    this.#names.set(socket, id);
    return session;
  }

  #handle(session: Session, message: ClientMessage): void {
    if (message.type === 'ping') {
      this.#write(session.socket, {
        type: 'pong',
        ...(message.t === undefined ? {} : { t: message.t }),
        received: session.received,
      });
      return;
    }
    if (message.type === 'leave') {
      this.#end(session, 'left');
      return;
    }
    if (message.type === 'join') return;
    if (message.n !== undefined) {
      if (message.n <= session.received) return;
      session.received = message.n;
    }
    const from = session.participant.id;
    switch (message.type) {
      case 'rename':
        this.#change(session, { name: message.name });
        break;
      case 'media':
        this.#change(session, { media: message.media });
        break;
      case 'view':
        this.#media?.setView(from, message.slots);
        break;
      case 'chat':
        this.#toOthers(session, {
          type: 'chat',
          from,
          name: session.participant.name,
          id: message.id,
          text: message.text,
          at: this.#world.clock.now,
        });
        break;
      default: {
        if (message.to === SERVER) {
          this.#handleOffer(session, message);
          break;
        }
        const addressee = this.#sessions.get(message.to);
        if (addressee === undefined || addressee.participant.instance !== message.instance) return;
        if (message.type === 'candidate')
          this.#to(addressee, { type: 'candidate', from, candidate: message.candidate });
        else this.#to(addressee, { type: message.type, from, sdp: message.sdp, sources: message.sources });
      }
    }
  }

  #handleOffer(session: Session, message: ClientMessage): void {
    if (message.type !== 'offer') throw new Error(`${message.type} to the server`);
    const code = this.#media === null ? 'sfu-unavailable' : this.refuseOffers;
    if (this.#media === null || code !== null) {
      const words = { code: code ?? '', message: 'The server says no.', hint: 'Do something else.' };
      this.#write(session.socket, { type: 'error', ...words, ...(message.n === undefined ? {} : { re: message.n }) });
      return;
    }
    if (message.instance !== this.#media.instance) return;
    const { id, media } = session.participant;
    session.slots ??= {};
    const sdp = this.#media.offer(id, session.room, media, message.sdp, message.sources);
    this.#to(session, { type: 'answer', from: SERVER, sdp, sources: {} });
  }

  #newMedia(): FakeMediaServer | null {
    if (!this.#carriesMedia) return null;
    return new FakeMediaServer(this.#world, `media-${String(this.#epoch)}`, (participant, slots) => {
      const session = this.#sessions.get(participant);
      if (session?.slots === null || session === undefined) return;
      session.slots = slots;
      if (session.socket !== null) this.#to(session, { type: 'slots', slots });
    });
  }

  #forgetMedia(session: Session): void {
    this.#media?.leave(session.participant.id);
    session.slots = null;
  }

  /** The policy of a room. @param newcomer is told by `joined` */
  #decide(room: string, newcomer: Session | null): void {
    const wishes = [...this.#sessions.values()].filter((each) => each.room === room).map((each) => each.wish);
    const topology = this.#topologies.get(room) ?? { now: 'mesh' as RoomTopology, stopWaiting: null };
    this.#topologies.set(room, topology);
    const turn = (next: RoomTopology): void => {
      topology.stopWaiting?.();
      topology.stopWaiting = null;
      if (topology.now === next) return;
      topology.now = next;
      for (const session of this.#sessions.values())
        if (session !== newcomer && session.room === room) this.#to(session, { type: 'topology', topology: next });
    };
    if (!this.#carriesMedia || wishes.includes('mesh')) turn('mesh');
    else if (wishes.includes('sfu') || wishes.length >= 3) turn('sfu');
    else if (topology.now === 'sfu')
      topology.stopWaiting ??= this.#world.clock.setTimer(() => {
        newcomer = null;
        turn('mesh');
      }, BACK_TO_MESH_MS);
    if (wishes.length > 0) return;
    topology.stopWaiting?.();
    this.#topologies.delete(room);
  }

  #change(session: Session, change: Partial<Participant>): void {
    session.participant = { ...session.participant, ...change };
    this.#media?.setMedia(session.participant.id, session.participant.media);
    this.#toOthers(session, { type: 'participant-updated', participant: session.participant });
  }

  #disconnect(socket: FakeSocket): void {
    this.#sockets.delete(socket);
    const session = [...this.#sessions.values()].find((each) => each.socket === socket);
    if (session === undefined) return;
    session.socket = null;
    session.expire = this.#world.clock.setTimer(() => this.#end(session, 'timeout'), RESUME_SECONDS * 1_000);
    this.#change(session, { connected: false });
  }

  #end(session: Session, reason: 'left' | 'timeout'): void {
    session.expire();
    this.#forgetMedia(session);
    this.#sessions.delete(session.participant.id);
    this.#toOthers(session, { type: 'participant-left', participant: session.participant.id, reason });
    this.#decide(session.room, null);
  }

  #toOthers(session: Session, message: WithoutSeq): void {
    for (const other of this.#sessions.values())
      if (other !== session && other.room === session.room) this.#to(other, message);
  }

  #to(session: Session, message: WithoutSeq): void {
    const numbered = { ...message, seq: ++session.seq } as SequencedMessage;
    session.sent.push(numbered);
    this.#write(session.socket, numbered);
  }

  #joined(session: Session, kind: Joined['session']): Joined {
    return {
      type: 'joined',
      version: 1,
      room: session.room,
      participant: session.participant.id,
      name: session.participant.name,
      session: kind,
      seq: session.seq,
      received: session.received,
      resumeToken: `${session.participant.id} ${String(this.#epoch)}`,
      resumeSeconds: RESUME_SECONDS,
      participants: [...this.#sessions.values()]
        .filter((each) => each !== session && each.room === session.room)
        .map((each) => each.participant),
      limits: { maxMessageBytes: 65_536, maxParticipants: 50 },
      topology: this.#topologies.get(session.room)?.now ?? 'mesh',
      ...(this.#media === null ? {} : { server: { instance: this.#media.instance } }),
    };
  }

  #write(socket: FakeSocket | null, message: ServerMessage): void {
    if (socket === null) return;
    const text = JSON.stringify(message);
    this.#later(`${this.#names.get(socket) ?? ''} down`, () => {
      if (this.#up && !socket.closedByClient) socket.handlers.onText(text);
    });
  }

  #later(line: string, callback: () => void): void {
    const { clock } = this.#world;
    const at = Math.max(clock.now + this.#latencyMs(), this.#lastArrival.get(line) ?? 0);
    this.#lastArrival.set(line, at);
    clock.setTimer(callback, at - clock.now);
  }
}
