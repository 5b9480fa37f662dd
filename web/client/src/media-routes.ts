/**
 * Where each participant's media comes from, and where ours goes: a mesh of peers or the server, as the room decides.
 *
 * When the room changes from one to the other, the old connections stay until the new ones carry media: each participant
 * is shown over the old path until everything arrives over the new one, or the time for it is over. The old connections
 * are closed a little later, since others may still need what we send over them.
 */
import type { RoomTopology, VideoCodec } from './api.ts';
import type { ChannelSpec } from './channel-set.ts';
import type { Payload } from './data-envelope.ts';
import type { Environment } from './environment.ts';
import { every } from './environment.ts';
import { NOTHING_RECEIVED, carries } from './media-path.ts';
import type { MediaPath } from './media-path.ts';
import { Mesh } from './mesh.ts';
import { OfferNumbers } from './negotiation.ts';
import { SERVER } from './protocol.ts';
import type {
  Description,
  LayerMap,
  Participant,
  PeerChat,
  RemoteCandidate,
  SlotMap,
  TargetedMessage,
  View,
} from './protocol.ts';
import { RemoteMedia } from './remote-media.ts';
import { ServerConnection } from './server-connection.ts';
import { NO_TRACKS } from './slots.ts';
import type { LocalTracks, SyncStreams } from './slots.ts';
import type { ViewSize, ViewSizes } from './view-sizes.ts';

export interface RouteOptions {
  /** Only relayed candidates. */
  readonly relayOnly: boolean;
  /** In which to send video to the server, if this browser can; null: the usual one. */
  readonly videoCodec: VideoCodec | null;
  /** How large the page shows what it receives. */
  readonly viewSizes: ViewSizes;
}

export interface RouteHooks {
  send(message: TargetedMessage | View): void;
  onChange(): void;
  onChat(participant: string, chat: PeerChat): void;
  /** @param key of the channel's spec */
  onData(participant: string, key: string, data: Payload): void;
  /** The server did not hand on something that was sent by the channel; JSON. */
  onDataProblem(key: string, text: string): void;
  /** Who can be reached by data channels has changed, or there is room to send again. */
  onDataChange(): void;
}

/** How one participant is received. */
export interface Route {
  readonly media: RemoteMedia;
  /** What feeds `media` now. */
  readonly path: MediaPath | null;
}

interface Entry extends Route {
  participant: Participant;
  path: MediaPath | null;
  /** Since when the new path has carried everything. */
  carriedSince: number | null;
}

/** A change of paths that is going on. */
interface Change {
  /** When the old paths are given up in any case. */
  until: number;
  /** Since when everybody has been shown over the new paths. */
  doneSince: number | null;
  /** Connections over which nobody negotiates any more; of one participant, or of all. */
  readonly old: { readonly participant: string | null; readonly close: () => void }[];
  readonly stop: () => void;
}

const CHANGE_WITHIN_MS = 10_000;
const CHECK_EVERY_MS = 100;
/** From the first packet to the first picture. */
const FIRST_PICTURE_MS = 300;
/** Others may see us over the old connections for a moment longer. */
const LINGER_MS = 2_000;

export class MediaRoutes {
  readonly #environment: Environment;
  readonly #options: RouteOptions;
  readonly #hooks: RouteHooks;
  readonly #streams: SyncStreams;
  readonly #offerNumbers = new OfferNumbers();
  readonly #mesh: Mesh;
  readonly #entries = new Map<string, Entry>();
  #configuration: RTCConfiguration;
  #tracks: LocalTracks = NO_TRACKS;
  #signaling = false;
  /** What the room has decided, and what a person is shown: the same but for the time of a change. */
  #decided: RoomTopology = 'mesh';
  #shown: RoomTopology = 'mesh';
  /** The server's process that carries media. */
  #instance: string | null = null;
  #server: ServerConnection | null = null;
  #serverFailed = false;
  #refused = false;
  #change: Change | null = null;

  constructor(environment: Environment, options: RouteOptions, hooks: RouteHooks) {
    this.#environment = environment;
    this.#options = options;
    this.#hooks = hooks;
    this.#configuration = { bundlePolicy: 'max-bundle', iceTransportPolicy: options.relayOnly ? 'relay' : 'all' };
    this.#streams = { call: environment.createStream(), screen: environment.createStream() };
    this.#mesh = new Mesh({
      environment,
      configuration: this.#configuration,
      streams: this.#streams,
      offerNumbers: this.#offerNumbers,
      hooks: {
        send: (message) => hooks.send(message),
        onChange: () => this.#feedAll(),
        onChat: (from, chat) => hooks.onChat(from, chat),
        onData: (from, key, data) => hooks.onData(from, key, data),
        onDataChange: () => hooks.onDataChange(),
      },
    });
  }

  get(participant: string): Route | undefined {
    return this.#entries.get(participant);
  }

  /** The connection to the server, while there is one. */
  get server(): ServerConnection | null {
    return this.#server;
  }

  /** How media travels: the old way until everybody is shown over the new paths. */
  get topology(): RoomTopology {
    return this.#shown;
  }

  /** @param own this participant's id */
  setOwn(own: string): void {
    this.#mesh.setOwn(own);
  }

  setIceServers(iceServers: RTCIceServer[]): void {
    this.#configuration = { ...this.#configuration, iceServers };
    this.#mesh.setConfiguration(this.#configuration);
    this.#server?.setConfiguration(this.#configuration);
  }

  setTracks(tracks: LocalTracks): void {
    this.#tracks = tracks;
    this.#mesh.setTracks(tracks);
    this.#server?.setTracks(tracks);
  }

  /** Whether offers would reach the server now. */
  handleSignaling(connected: boolean): void {
    this.#signaling = connected;
    this.#mesh.handleSignaling(connected);
    this.#server?.handleReachable(connected);
    this.#renewServer();
  }

  handleNetworkChange(): void {
    this.#mesh.handleNetworkChange();
    this.#server?.handleNetworkChange();
  }

  /**
   * What the room does now.
   *
   * @param instance the server's process that carries media; null when there is none
   */
  handleTopology(topology: RoomTopology, instance = this.#instance): void {
    const decided = instance === null ? 'mesh' : topology;
    const turns = decided !== this.#decided;
    const moves = instance !== this.#instance && this.#server !== null;
    this.#decided = decided;
    this.#instance = instance;
    if (!turns && !moves) return;
    this.#refused = false;
    const change = this.#beginChange();
    if (moves) this.#retireServer(change);
    if (decided === 'mesh') {
      if (turns) this.#mesh.handleBeginning([...this.#entries.values()].map((each) => each.participant));
    } else {
      for (const [participant, peer] of this.#mesh.retire())
        change.old.push({ participant, close: () => peer.close() });
      this.#server ??= this.#connectServer(false);
    }
    this.#checkChange();
  }

  /** @param instance of the server's process that carries media: another one needs another connection */
  handleServer(instance: string | null): void {
    this.handleTopology(this.#decided, instance);
  }

  /**
   * A participant came, or something about it changed.
   *
   * @param offer whether this side makes the first offer, should the connection be new and direct
   */
  handleParticipant(participant: Participant, offer: boolean): void {
    let entry = this.#entries.get(participant.id);
    if (entry !== undefined && entry.participant.instance !== participant.instance) {
      this.#drop(entry);
      entry = undefined;
    }
    entry ??= { participant, media: new RemoteMedia(this.#environment), path: null, carriedSince: null };
    entry.participant = participant;
    entry.media.handleMedia(participant.media);
    this.#entries.set(participant.id, entry);
    if (this.#decided === 'mesh') this.#mesh.handleParticipant(participant, offer);
    this.#server?.setVideoSources(this.#videoSources);
    this.#feed(entry);
  }

  handleLeft(participant: string): void {
    const entry = this.#entries.get(participant);
    this.#entries.delete(participant);
    this.#mesh.handleLeft(participant);
    this.#server?.handleLeft(participant);
    if (entry !== undefined) this.#drop(entry);
  }

  handleDescription(description: Description): void {
    if (description.from !== SERVER) this.#mesh.handleDescription(description);
    else if (description.type === 'answer') this.#server?.handleAnswer(description.sdp);
  }

  handleCandidate(candidate: RemoteCandidate): void {
    this.#mesh.handleCandidate(candidate);
  }

  handleSlots(slots: SlotMap): void {
    this.#server?.handleSlots(slots);
  }

  handleLayers(layers: LayerMap): void {
    this.#server?.handleLayers(layers);
  }

  /** The size at which a camera is shown; null when the page does not tell. */
  shownAt(participant: string): ViewSize | null {
    return this.#entries.has(participant) ? this.#options.viewSizes.sizeOf(participant, 'camera') : null;
  }

  handleViewSizes(): void {
    this.#server?.handleViewSizes();
    for (const entry of this.#entries.values()) this.#feed(entry);
  }

  /** The server refused the last offer to it. @returns whether that is news since the room turned to it */
  handleRefused(): boolean {
    this.#server?.handleRefused();
    const news = !this.#refused;
    this.#refused = true;
    return news;
  }

  /** The server was restarted and forgot what was under way with this one, or with itself. */
  negotiateAgain(participant: string): void {
    if (participant === SERVER) this.#server?.negotiateAgain();
    else this.#mesh.negotiateAgain(participant);
  }

  /** To everybody, straight or through the server. @returns whether it arrives at all of them now */
  sendChat(chat: PeerChat): boolean {
    const all = [...this.#entries.keys()];
    if (all.length === 0) return false;
    if (this.#decided === 'mesh')
      return all.map((id) => this.#mesh.get(id)?.sendChat(chat) ?? false).every((reached) => reached);
    return all.every((id) => this.reaches(id)) && this.#server?.data.sendChat(chat) === true;
  }

  /** Whether data that is sent to the participant now arrives. */
  reaches(participant: string): boolean {
    if (this.#decided === 'mesh') return this.#mesh.get(participant)?.carriesData ?? false;
    return this.#server !== null && this.#server.phase === 'connected' && this.#server.data.reaches(participant);
  }

  /** @param to null: everybody @returns whether it was taken for each of them */
  sendData(spec: ChannelSpec, data: Payload, to: string | null): boolean {
    if (this.#decided === 'sfu') return this.#server?.data.send(spec, data, to ?? '') ?? false;
    const receivers = to === null ? [...this.#entries.keys()] : [to];
    return receivers.map((id) => this.#mesh.get(id)?.sendData(spec, data) ?? false).every((taken) => taken);
  }

  /** Bytes that wait to be sent; the most, when they are for several. */
  bufferedData(spec: ChannelSpec, to: string | null): number {
    if (this.#decided === 'sfu') return this.#server?.data.buffered(spec) ?? 0;
    const receivers = to === null ? [...this.#entries.keys()] : [to];
    return Math.max(0, ...receivers.map((id) => this.#mesh.get(id)?.bufferedData(spec) ?? 0));
  }

  close(): void {
    this.#decided = 'mesh';
    this.#instance = null;
    this.#serverFailed = false;
    this.#endChange();
    this.#mesh.close();
    for (const entry of this.#entries.values()) entry.media.clear();
    this.#entries.clear();
  }

  // ---------------------------------------------------------------- the connection to the server

  #connectServer(failedBefore: boolean): ServerConnection {
    const instance = this.#instance ?? '';
    return new ServerConnection({
      environment: this.#environment,
      configuration: this.#configuration,
      tracks: this.#tracks,
      videoCodec: this.#options.videoCodec,
      viewSizes: this.#options.viewSizes,
      streams: this.#streams,
      offerNumbers: this.#offerNumbers,
      reachable: this.#signaling,
      videoSources: this.#videoSources,
      failedBefore,
      hooks: {
        sendOffer: (sdp, sources) => this.#hooks.send({ type: 'offer', to: SERVER, instance, sdp, sources }),
        sendView: (slots) => this.#hooks.send({ type: 'view', slots }),
        onChange: () => this.#feedAll(),
        onChat: (from, chat) => this.#hooks.onChat(from, chat),
        onData: (from, key, data) => this.#hooks.onData(from, key, data),
        onDataProblem: (key, text) => this.#hooks.onDataProblem(key, text),
        onDataChange: () => this.#hooks.onDataChange(),
        onFailed: () => {
          this.#serverFailed = true;
          this.#renewServer();
        },
      },
    });
  }

  /** When all tries of a connection were in vain a new one begins from nothing: the server may have ended its side. */
  #renewServer(): void {
    if (!this.#serverFailed || !this.#signaling || this.#decided !== 'sfu') return;
    this.#serverFailed = false;
    this.#server?.close();
    this.#server = this.#connectServer(true);
    this.#feedAll();
  }

  #retireServer(change: Change): void {
    const server = this.#server;
    this.#server = null;
    this.#serverFailed = false;
    if (server !== null) change.old.push({ participant: null, close: () => server.close() });
  }

  /** Pictures that the others send. */
  get #videoSources(): number {
    let count = 0;
    for (const { participant } of this.#entries.values())
      count += (participant.media.camera ? 1 : 0) + (participant.media.screen ? 1 : 0);
    return count;
  }

  // ---------------------------------------------------------------- who is fed by what

  #feedAll(): void {
    for (const entry of this.#entries.values()) this.#feed(entry);
    this.#hooks.onDataChange();
    this.#hooks.onChange();
  }

  #feed(entry: Entry): void {
    const wanted = this.#wanted(entry);
    if (entry.path !== wanted && this.#mayChange(entry, wanted)) entry.path = wanted;
    const cameraComes = entry.path?.kind !== 'server' || entry.path.expects('camera');
    entry.media.handleTracks(entry.path?.tracks ?? NOTHING_RECEIVED, cameraComes);
  }

  #wanted({ participant: { id } }: Entry): MediaPath | null {
    return (this.#decided === 'mesh' ? this.#mesh.get(id) : this.#server?.pathOf(id)) ?? null;
  }

  #mayChange(entry: Entry, wanted: MediaPath | null): boolean {
    const phase = entry.path?.phase ?? 'new';
    // A path that never carried anything is no loss.
    if (this.#change === null || phase === 'new' || phase === 'connecting') return true;
    if (wanted === null || !carries(wanted, entry.participant.media)) {
      entry.carriedSince = null;
      return false;
    }
    const now = this.#environment.now();
    entry.carriedSince ??= now;
    return now - entry.carriedSince >= FIRST_PICTURE_MS;
  }

  #drop({ participant: { id }, media }: Entry): void {
    media.clear();
    for (const each of this.#change?.old ?? []) if (each.participant === id) each.close();
  }

  #beginChange(): Change {
    const until = this.#environment.now() + CHANGE_WITHIN_MS;
    this.#change ??= {
      until,
      doneSince: null,
      old: [],
      stop: every(this.#environment, CHECK_EVERY_MS, () => this.#checkChange()),
    };
    this.#change.until = until;
    this.#change.doneSince = null;
    for (const entry of this.#entries.values()) entry.carriedSince = null;
    return this.#change;
  }

  #checkChange(): void {
    const change = this.#change;
    if (change === null) return;
    const now = this.#environment.now();
    if ([...this.#entries.values()].every((each) => each.path === this.#wanted(each))) {
      change.doneSince ??= now;
      this.#shown = this.#decided;
    }
    if (now >= change.until || (change.doneSince !== null && now - change.doneSince >= LINGER_MS)) this.#endChange();
    this.#feedAll();
  }

  #endChange(): void {
    this.#change?.stop();
    for (const { close } of this.#change?.old ?? []) close();
    this.#change = null;
    this.#shown = this.#decided;
    if (this.#decided === 'sfu') return;
    this.#server?.close();
    this.#server = null;
  }
}
