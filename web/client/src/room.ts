/**
 * A room: ties the signaling connection, the ways of media, the chat and the measurements together and shows them as
 * snapshots.
 */
import type {
  ChannelOptions,
  LocalMediaSnapshot,
  MediaState,
  PeerStats,
  Problem,
  Room,
  RoomChannel,
  RoomNotice,
  RoomOptions,
  RoomSnapshot,
  RoomStatus,
} from './api.ts';
import type { Environment } from './environment.ts';
import { MediaRoutes } from './media-routes.ts';
import { Meters } from './meters.ts';
import { NAME_INVALID, SFU_UNAVAILABLE, TOPOLOGY_UNAVAILABLE } from './problems.ts';
import { LIMITS, SERVER, codePoints, normaliseName } from './protocol.ts';
import type { Joined, RoomMessage, SequencedMessage, ServerError } from './protocol.ts';
import { RoomChannels } from './room-channels.ts';
import { RoomChat } from './room-chat.ts';
import { RoomFiles } from './room-files.ts';
import { RoomView } from './room-view.ts';
import { Roster } from './roster.ts';
import type { RosterChange } from './roster.ts';
import { ServerApi } from './server-api.ts';
import { SessionMemory } from './session-memory.ts';
import { SignalConnection } from './signal-connection.ts';
import type { SignalState } from './signal-state.ts';
import type { LocalTracks } from './slots.ts';
import { Listeners, SnapshotStore, shallowEqual } from './store.ts';
import { ViewSizes } from './view-sizes.ts';

export class CallRoom implements Room {
  readonly #environment: Environment;
  readonly #options: RoomOptions;
  readonly #store: SnapshotStore<RoomSnapshot>;
  readonly #notices = new Listeners<RoomNotice>();
  readonly #api: ServerApi;
  readonly #signal: SignalConnection;
  readonly #roster = new Roster();
  readonly #viewSizes: ViewSizes;
  readonly #routes: MediaRoutes;
  readonly #meters: Meters;
  readonly #view: RoomView;
  readonly #chat: RoomChat;
  readonly #channels: RoomChannels;
  readonly #files: RoomFiles;
  #name: string;
  #wasJoined = false;
  #joining: Deferred | null = null;
  #sentMedia: MediaState | null = null;
  #stop: (() => void)[] = [];

  constructor(environment: Environment, options: RoomOptions) {
    this.#environment = environment;
    this.#options = options;
    this.#name = normaliseName(options.name);
    const room = normaliseName(options.room);
    const token = options.token ?? null;
    this.#api = new ServerApi(environment, options.server, token);
    this.#chat = new RoomChat(environment, room, this.#roster, {
      sendToPeers: (chat) => this.#routes.sendChat(chat),
      sendToRoom: (message) => this.#signal.send(message),
      onProblem: (problem) => this.#notifyProblem(problem),
      onChange: () => this.#store.update({ chat: this.#chat.messages }),
    });
    this.#store = new SnapshotStore<RoomSnapshot>({
      status: { kind: 'idle' },
      room,
      local: { id: null, name: this.#name, speaking: false, quality: 'unknown' },
      participants: [],
      chat: this.#chat.messages,
      files: [],
      topology: 'mesh',
    });
    this.#signal = new SignalConnection(environment, {
      url: this.#api.webSocketUrl,
      room,
      token,
      memory: new SessionMemory(environment.tabStorage, room),
      introduce: () => ({
        name: this.#name,
        media: (this.#sentMedia = mediaStateOf(options.media.snapshot)),
        topology: options.topology === undefined || options.topology === 'mcu' ? 'auto' : options.topology,
      }),
      handlers: {
        onState: (state) => this.#handleState(state),
        onJoined: (joined, fresh) => this.#handleJoined(joined, fresh),
        onMessage: (message) => this.#handleMessage(message),
        onError: (error, refused) => this.#handleError(error, refused),
      },
    });
    this.#viewSizes = new ViewSizes(environment, () => this.#routes.handleViewSizes());
    const routeOptions = {
      relayOnly: options.relayOnly ?? false,
      videoCodec: options.videoCodec ?? null,
      viewSizes: this.#viewSizes,
    };
    this.#routes = new MediaRoutes(environment, routeOptions, {
      send: (message) => this.#signal.send(message),
      onChange: () => this.#refresh(),
      onChat: (from, chat) => this.#chat.handlePeer(from, chat),
      onData: (from, key, data) => this.#channels.handleData(from, key, data),
      onDataProblem: (key, text) => this.#channels.handleProblem(key, text),
      onDataChange: () => this.#channels.handleChange(),
    });
    this.#channels = new RoomChannels(this.#routes);
    this.#files = new RoomFiles(environment, this.#roster, this.#channels, {
      onChange: (files) => this.#store.update({ files }),
      onProblem: (problem) => this.#notifyProblem(problem),
    });
    this.#meters = new Meters(environment, this.#routes, options.media, this.#roster, () => this.#refresh());
    this.#view = new RoomView(environment, this.#roster, this.#routes, this.#meters, (problem) =>
      this.#notifyProblem(problem),
    );
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
    this.#chat.send(text, this.#name);
  }

  openChannel(label: string, options?: ChannelOptions): RoomChannel {
    return this.#channels.open(label, options);
  }

  sendFile(file: File, to?: string): void {
    this.#files.send(file, to);
  }

  acceptFile(id: string): void {
    this.#files.accept(id);
  }

  declineFile(id: string): void {
    this.#files.decline(id);
  }

  cancelFile(id: string): void {
    this.#files.cancel(id);
  }

  onNotice(listener: (notice: RoomNotice) => void): () => void {
    return this.#notices.add(listener);
  }

  audioLevel(participant: string): number {
    return this.#meters.level(participant);
  }

  watch(participant: string, source: 'camera' | 'screen', element: Element): () => void {
    return this.#viewSizes.watch(participant, source, element);
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
    if (topology === 'mcu') this.#notifyProblem(TOPOLOGY_UNAVAILABLE);
    void this.#api.iceServers().then((servers) => this.#routes.setIceServers(servers));
    this.#handleMedia();
    this.#stop = [
      media.subscribe(() => this.#handleMedia()),
      this.#environment.onWake((reason) => {
        if (reason === 'online') this.#routes.handleNetworkChange();
      }),
      this.#meters.start(() => this.#applyRoster(this.#roster.expire(this.#environment.now()))),
    ];
  }

  #finish(problem: Problem | null): void {
    for (const stop of this.#stop) stop();
    this.#stop = [];
    this.#files.close();
    this.#routes.close();
    this.#roster.clear();
    this.#meters.clear();
    this.#view.clear();
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
    this.#routes.handleSignaling(state.kind === 'joined');
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
      this.#routes.close();
      this.#roster.clear();
    }
    this.#name = joined.name;
    this.#routes.setOwn(joined.participant);
    this.#routes.handleSignaling(true);
    this.#handleTopology(joined, fresh);
    this.#store.update({ local: { ...this.snapshot.local, id: joined.participant, name: joined.name } });
    if (joined.session !== 'resumed' || fresh) {
      // The newcomer offers: this page has no connection with these, and nobody offers to it.
      this.#applyRoster(this.#roster.handleJoined(joined, this.#environment.now()), true);
    } // Else everything that it missed follows, offers of newcomers too.
    this.#sendMedia();
  }

  #handleTopology({ session, topology = 'mesh', server }: Joined, fresh: boolean): void {
    const instance = server?.instance ?? null;
    if (fresh && instance === null && this.#options.topology === 'sfu') this.#notifyProblem(SFU_UNAVAILABLE);
    // What it missed follows, changes of the topology too.
    if (session === 'resumed' && !fresh) this.#routes.handleServer(instance);
    else this.#routes.handleTopology(topology, instance);
    if (session === 'restored') this.#routes.negotiateAgain(SERVER);
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
        this.#routes.handleDescription(message);
        break;
      case 'candidate':
        this.#routes.handleCandidate(message);
        break;
      case 'chat':
        this.#chat.handleRoom(message);
        break;
      case 'topology':
        this.#routes.handleTopology(message.topology);
        break;
      case 'slots':
        this.#routes.handleSlots(message.slots);
        break;
      case 'layers':
        this.#routes.handleLayers(message.layers);
        break;
    }
  }

  #handleError(error: ServerError, refused: RoomMessage | undefined): void {
    // The participant left while a message was on its way; `participant-left` says the rest.
    if (error.code === 'no-such-participant') return;
    if (refused?.type === 'candidate') return;
    if (refused?.type === 'offer' && refused.to === SERVER && !this.#routes.handleRefused()) return;
    this.#notifyProblem({ code: error.code, message: error.message, hint: error.hint });
  }

  #applyRoster(change: RosterChange, offers = false): void {
    for (const id of change.left) {
      this.#routes.handleLeft(id);
      this.#files.handleLeft(id);
    }
    for (const participant of change.present) this.#routes.handleParticipant(participant, offers);
    for (const id of change.again) this.#routes.negotiateAgain(id);
    if (change.left.length > 0 || change.present.length > 0) this.#refresh();
    const at = this.#environment.now();
    for (const { kind, participant } of change.notices)
      this.#notices.emit({ kind, participant: participant.id, name: participant.name, at });
  }

  // ---------------------------------------------------------------- media

  #handleMedia(): void {
    this.#routes.setTracks(tracksOf(this.#options.media.snapshot));
    if (this.#signal.state.kind === 'joined') this.#sendMedia();
  }

  #sendMedia(): void {
    const media = mediaStateOf(this.#options.media.snapshot);
    if (this.#sentMedia !== null && shallowEqual(media, this.#sentMedia)) return;
    this.#sentMedia = media;
    this.#signal.send({ type: 'media', media });
  }

  // ---------------------------------------------------------------- the snapshot

  #refresh(): void {
    this.#store.update(this.#view.next(this.snapshot, this.#name));
    this.#view.reportFailures();
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
