/**
 * A room: ties the signaling connection, the mesh, the chat and the measurements together and shows them as snapshots.
 */
import type {
  ChatMessage,
  LocalMediaSnapshot,
  MediaState,
  PeerStats,
  Problem,
  RemoteParticipant,
  Room,
  RoomNotice,
  RoomOptions,
  RoomSnapshot,
  RoomStatus,
} from './api.ts';
import { ChatLog } from './chat-log.ts';
import type { Environment } from './environment.ts';
import { Meters } from './meters.ts';
import { Mesh } from './mesh.ts';
import { CHAT_TOO_LONG, NAME_INVALID, TOPOLOGY_UNAVAILABLE, mediaPathFailed } from './problems.ts';
import { LIMITS, codePoints, normaliseName } from './protocol.ts';
import type { Joined, PeerChat, RoomMessage, SequencedMessage, ServerError } from './protocol.ts';
import { Roster } from './roster.ts';
import type { RosterChange } from './roster.ts';
import { ServerApi } from './server-api.ts';
import { SessionMemory } from './session-memory.ts';
import { SignalConnection } from './signal-connection.ts';
import type { SignalState } from './signal-state.ts';
import type { LocalTracks } from './slots.ts';
import { Listeners, SnapshotStore, shallowEqual, shareStructure } from './store.ts';

/** A peer's clock that is further off than this is not believed. */
const MAX_CLOCK_SKEW_MS = 24 * 60 * 60 * 1_000;

export class MeshRoom implements Room {
  readonly #environment: Environment;
  readonly #options: RoomOptions;
  readonly #store: SnapshotStore<RoomSnapshot>;
  readonly #notices = new Listeners<RoomNotice>();
  readonly #api: ServerApi;
  readonly #signal: SignalConnection;
  readonly #roster = new Roster();
  readonly #mesh: Mesh;
  readonly #meters: Meters;
  readonly #chat: ChatLog;
  #name: string;
  #wasJoined = false;
  #joining: Deferred | null = null;
  #sentMedia: MediaState | null = null;
  #stop: (() => void)[] = [];
  readonly #reportedFailed = new Set<string>();

  constructor(environment: Environment, options: RoomOptions) {
    this.#environment = environment;
    this.#options = options;
    this.#name = normaliseName(options.name);
    const room = normaliseName(options.room);
    const token = options.token ?? null;
    this.#api = new ServerApi(environment, options.server, token);
    this.#chat = new ChatLog(environment.tabStorage, room);
    this.#store = new SnapshotStore<RoomSnapshot>({
      status: { kind: 'idle' },
      room,
      local: { id: null, name: this.#name, speaking: false, quality: 'unknown' },
      participants: [],
      chat: this.#chat.messages,
      topology: 'mesh',
    });
    this.#signal = new SignalConnection(environment, {
      url: this.#api.webSocketUrl,
      room,
      token,
      memory: new SessionMemory(environment.tabStorage, room),
      introduce: () => ({ name: this.#name, media: (this.#sentMedia = mediaStateOf(options.media.snapshot)) }),
      handlers: {
        onState: (state) => this.#handleState(state),
        onJoined: (joined, fresh) => this.#handleJoined(joined, fresh),
        onMessage: (message) => this.#handleMessage(message),
        onError: (error, refused) => this.#handleError(error, refused),
      },
    });
    this.#mesh = new Mesh(environment, options.relayOnly ?? false, {
      send: (message) => this.#signal.send(message),
      onChange: () => this.#refresh(),
      onChat: (from, chat) => this.#handlePeerChat(from, chat),
    });
    this.#meters = new Meters(environment, this.#mesh, options.media, this.#roster, () => this.#refresh());
  }

  get snapshot(): RoomSnapshot {
    return this.#store.snapshot;
  }

  subscribe(listener: () => void): () => void {
    return this.#store.subscribe(listener);
  }

  join(): Promise<void> {
    if (this.#joining !== null) return this.#joining.promise;
    if (this.#signal.state.kind === 'joined') return Promise.resolve();
    const joining = deferred();
    this.#joining = joining;
    if (this.#signal.state.kind !== 'idle' && this.#signal.state.kind !== 'closed') return joining.promise;
    this.#begin();
    this.#signal.start();
    return joining.promise;
  }

  rejoin(): Promise<void> {
    return this.join();
  }

  leave(): void {
    this.#signal.leave();
  }

  rename(name: string): void {
    const normalised = normaliseName(name);
    if (normalised.length === 0 || codePoints(normalised) > LIMITS.name) {
      this.#notifyProblem(NAME_INVALID);
      return;
    }
    this.#name = normalised;
    this.#signal.send({ type: 'rename', name: normalised });
    this.#refresh();
  }

  sendChat(text: string): void {
    const trimmed = text.trim();
    if (trimmed.length === 0) return;
    if (codePoints(trimmed) > LIMITS.chatText) {
      this.#notifyProblem(CHAT_TOO_LONG);
      return;
    }
    const id = this.#environment.newId();
    const at = this.#environment.now();
    const reached = this.#roster.participants.map(
      (each) => this.#mesh.get(each.id)?.peer.sendChat({ type: 'chat', id, text: trimmed, at }) ?? false,
    );
    // Whoever gets it both ways shows it once.
    const everybody = reached.length > 0 && reached.every((each) => each);
    if (!everybody) this.#signal.send({ type: 'chat', id, text: trimmed });
    this.#addChat({ id, from: null, name: this.#name, text: trimmed, at, via: everybody ? 'peer' : 'room' });
  }

  onNotice(listener: (notice: RoomNotice) => void): () => void {
    return this.#notices.add(listener);
  }

  audioLevel(participant: string): number {
    return this.#meters.level(participant);
  }

  stats(): Promise<readonly PeerStats[]> {
    return this.#meters.stats();
  }

  inviteLink(): Promise<string> {
    return this.#api.inviteLink(this.snapshot.room);
  }

  // ---------------------------------------------------------------- beginning and ending

  #begin(): void {
    const { media, topology } = this.#options;
    if (topology === 'sfu' || topology === 'mcu') this.#notifyProblem(TOPOLOGY_UNAVAILABLE);
    void this.#api.iceServers().then((servers) => this.#mesh.setIceServers(servers));
    this.#handleMedia();
    this.#stop = [
      media.subscribe(() => this.#handleMedia()),
      this.#environment.onWake((reason) => {
        if (reason === 'online') this.#mesh.handleNetworkChange();
      }),
      this.#meters.start(() => this.#applyRoster(this.#roster.expire(this.#environment.now()))),
    ];
  }

  #finish(problem: Problem | null): void {
    for (const stop of this.#stop) stop();
    this.#stop = [];
    this.#mesh.close();
    this.#roster.clear();
    this.#meters.clear();
    this.#reportedFailed.clear();
    this.#wasJoined = false;
    this.#store.update({ status: { kind: 'closed', problem } });
    this.#refresh();
    const joining = this.#joining;
    this.#joining = null;
    if (problem === null) joining?.resolve();
    else joining?.reject(problem);
  }

  // ---------------------------------------------------------------- signaling

  #handleState(state: SignalState): void {
    this.#mesh.handleSignaling(state.kind === 'joined');
    if (state.kind === 'closed') {
      this.#finish(state.problem);
      return;
    }
    if (state.kind === 'joined') this.#wasJoined = true;
    this.#store.update({ status: this.#statusOf(state) });
    if (state.kind === 'joined') {
      const joining = this.#joining;
      this.#joining = null;
      joining?.resolve();
    }
  }

  #statusOf(state: Exclude<SignalState, { kind: 'closed' }>): RoomStatus {
    if (state.kind === 'idle') return { kind: 'idle' };
    if (state.kind === 'joined') return { kind: 'connected' };
    return this.#wasJoined ? { kind: 'reconnecting', attempt: Math.max(1, state.attempt) } : { kind: 'connecting' };
  }

  #handleJoined(joined: Joined, fresh: boolean): void {
    if (joined.session === 'new' && !fresh) {
      // Another identity: to the others the old one has left, and its connections with it.
      this.#mesh.close();
      this.#roster.clear();
    }
    this.#name = joined.name;
    this.#mesh.setOwn(joined.participant);
    this.#mesh.handleSignaling(true);
    this.#store.update({ local: { ...this.snapshot.local, id: joined.participant, name: joined.name } });
    if (joined.session !== 'resumed' || fresh) {
      // The newcomer offers: this page has no connection with these, and nobody offers to it.
      this.#applyRoster(this.#roster.handleJoined(joined, this.#environment.now()), true);
    } // Else everything that it missed follows, offers of newcomers too.
    this.#sendMedia();
  }

  #handleMessage(message: SequencedMessage): void {
    switch (message.type) {
      case 'participant-joined':
      case 'participant-updated':
        if (message.participant.id !== this.snapshot.local.id) this.#applyRoster(this.#roster.handleChanged(message));
        break;
      case 'participant-left':
        this.#applyRoster(this.#roster.handleLeft(message));
        break;
      case 'offer':
      case 'answer':
        this.#mesh.handleDescription(message);
        break;
      case 'candidate':
        this.#mesh.handleCandidate(message);
        break;
      case 'chat':
        this.#addChat({ ...chatFields(message), from: message.from, name: message.name, via: 'room' });
        break;
    }
  }

  #handleError(error: ServerError, refused: RoomMessage | undefined): void {
    // The participant left while a message was on its way; `participant-left` says the rest.
    if (error.code === 'no-such-participant') return;
    if (refused?.type === 'candidate') return;
    this.#notifyProblem({ code: error.code, message: error.message, hint: error.hint });
  }

  #applyRoster(change: RosterChange, offers = false): void {
    for (const id of change.left) {
      this.#mesh.handleLeft(id);
      this.#reportedFailed.delete(id);
    }
    for (const participant of change.present) this.#mesh.handleParticipant(participant, offers);
    for (const id of change.again) this.#mesh.negotiateAgain(id);
    if (change.left.length > 0 || change.present.length > 0) this.#refresh();
    const at = this.#environment.now();
    for (const { kind, participant } of change.notices)
      this.#notices.emit({ kind, participant: participant.id, name: participant.name, at });
  }

  // ---------------------------------------------------------------- media

  #handleMedia(): void {
    this.#mesh.setTracks(tracksOf(this.#options.media.snapshot));
    if (this.#signal.state.kind === 'joined') this.#sendMedia();
  }

  #sendMedia(): void {
    const media = mediaStateOf(this.#options.media.snapshot);
    if (this.#sentMedia !== null && shallowEqual(media, this.#sentMedia)) return;
    this.#sentMedia = media;
    this.#signal.send({ type: 'media', media });
  }

  // ---------------------------------------------------------------- chat

  #handlePeerChat(from: string, chat: PeerChat): void {
    const now = this.#environment.now();
    const at = Math.abs(chat.at - now) > MAX_CLOCK_SKEW_MS ? now : chat.at;
    const name = this.#roster.get(from)?.name ?? '';
    this.#addChat({ ...chatFields(chat), at, from, name, via: 'peer' });
  }

  #addChat(message: ChatMessage): void {
    if (this.#chat.add(message)) this.#store.update({ chat: this.#chat.messages });
  }

  // ---------------------------------------------------------------- the snapshot

  #refresh(): void {
    const participants = this.#roster.participants.map((each): RemoteParticipant => {
      const connection = this.#mesh.get(each.id);
      return {
        id: each.id,
        name: each.name,
        media: each.media,
        connected: each.connected,
        connection: connection?.peer.phase ?? 'new',
        quality: this.#meters.quality(each.id),
        speaking: this.#meters.speaking(each.id),
        stream: connection?.media.stream ?? this.#meters.emptyStream,
        screen: connection?.media.screen ?? null,
      };
    });
    this.#store.update({
      participants: shareStructure(this.snapshot.participants, participants),
      local: this.#localParticipant(),
    });
    this.#reportFailures(participants);
  }

  #localParticipant(): RoomSnapshot['local'] {
    const local = {
      id: this.snapshot.local.id,
      name: this.#name,
      speaking: this.#meters.ownSpeaking,
      quality: this.#meters.ownQuality,
    };
    return shallowEqual(local, this.snapshot.local) ? this.snapshot.local : local;
  }

  #reportFailures(participants: readonly RemoteParticipant[]): void {
    for (const { id, name, connection } of participants) {
      if (connection !== 'failed') this.#reportedFailed.delete(id);
      else if (!this.#reportedFailed.has(id)) {
        this.#reportedFailed.add(id);
        this.#notifyProblem(mediaPathFailed(name));
      }
    }
  }

  #notifyProblem(problem: Problem): void {
    this.#notices.emit({ kind: 'problem', problem, at: this.#environment.now() });
  }
}

function mediaStateOf({ microphone, camera, screen }: LocalMediaSnapshot): MediaState {
  return {
    microphone: microphone.status === 'on',
    camera: camera.status === 'on',
    screen: screen.status === 'on',
  };
}

function tracksOf({ microphone, camera, screen, screenAudio }: LocalMediaSnapshot): LocalTracks {
  return { microphone: microphone.track, camera: camera.track, screen: screen.track, 'screen-audio': screenAudio };
}

function chatFields({ id, text, at }: { readonly id: string; readonly text: string; readonly at: number }) {
  return { id, text, at };
}

interface Deferred {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (problem: Problem) => void;
}

function deferred(): Deferred {
  let settle: Pick<Deferred, 'resolve' | 'reject'> | undefined;
  const promise = new Promise<void>((resolve, reject) => (settle = { resolve, reject }));
  return { promise, resolve: () => settle?.resolve(), reject: (problem) => settle?.reject(problem) };
}
