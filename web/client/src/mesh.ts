/**
 * One connection to every other participant. Knows who offers and for how long a missing participant is kept; knows
 * nothing of snapshots, chat history or notices.
 */
import type { Environment } from './environment.ts';
import { every } from './environment.ts';
import { isPolite } from './negotiation.ts';
import { Peer } from './peer.ts';
import type { Candidate, Description, Participant, PeerChat, RemoteCandidate, TargetedMessage } from './protocol.ts';
import { RemoteMedia } from './remote-media.ts';
import { NO_TRACKS } from './slots.ts';
import type { LocalTracks, SyncStreams } from './slots.ts';

export interface MeshHooks {
  send(message: TargetedMessage): void;
  onChange(): void;
  onChat(participant: string, chat: PeerChat): void;
}

export interface MeshPeer {
  readonly peer: Peer;
  readonly media: RemoteMedia;
}

interface Entry extends MeshPeer {
  participant: Participant;
}

/** Far beyond what a mesh can carry; keeps a hostile roster from making connections without end. */
const MAX_PEERS = 64;
const TICK_MS = 500;

export class Mesh {
  readonly #environment: Environment;
  readonly #hooks: MeshHooks;
  readonly #entries = new Map<string, Entry>();
  readonly #streams: SyncStreams;
  #configuration: RTCConfiguration;
  #tracks: LocalTracks = NO_TRACKS;
  #own = '';
  #signaling = false;
  #stopTicking: (() => void) | null = null;

  constructor(environment: Environment, relayOnly: boolean, hooks: MeshHooks) {
    this.#environment = environment;
    this.#hooks = hooks;
    this.#configuration = { bundlePolicy: 'max-bundle', iceTransportPolicy: relayOnly ? 'relay' : 'all' };
    this.#streams = { call: environment.createStream(), screen: environment.createStream() };
  }

  get(participant: string): MeshPeer | undefined {
    return this.#entries.get(participant);
  }

  /** @param own this participant's id, which decides who is polite */
  setOwn(own: string): void {
    this.#own = own;
  }

  /** Connections made from now on use these; those that are not connected yet try again with them. */
  setIceServers(iceServers: RTCIceServer[]): void {
    this.#configuration = { ...this.#configuration, iceServers };
    for (const { peer } of this.#entries.values()) peer.setConfiguration(this.#configuration);
  }

  setTracks(tracks: LocalTracks): void {
    this.#tracks = tracks;
    this.#applyTracks();
  }

  /** Whether offers would reach the server now. */
  handleSignaling(connected: boolean): void {
    this.#signaling = connected;
    for (const entry of this.#entries.values()) entry.peer.handleReachable(this.#reachable(entry.participant));
  }

  handleNetworkChange(): void {
    for (const { peer } of this.#entries.values()) peer.handleNetworkChange();
  }

  /**
   * A participant came, or something about it changed. Another instance is another page: its connection is made anew.
   *
   * @param offer whether this side makes the first offer if the connection is new
   */
  handleParticipant(participant: Participant, offer: boolean): void {
    const known = this.#entries.get(participant.id);
    if (known !== undefined && known.participant.instance === participant.instance) {
      known.participant = participant;
      known.media.handleMedia(participant.media);
      known.peer.handleReachable(this.#reachable(participant));
      return;
    }
    known?.peer.close();
    this.#entries.delete(participant.id);
    if (this.#entries.size >= MAX_PEERS) return;
    const entry = this.#connect(participant);
    if (offer) entry.peer.begin(participant.media);
    this.#applyTracks();
  }

  handleLeft(participant: string): void {
    const entry = this.#entries.get(participant);
    if (entry === undefined) return;
    this.#entries.delete(participant);
    entry.peer.close();
    if (this.#entries.size === 0) this.#stop();
    this.#applyTracks();
  }

  handleDescription({ type, from, sdp, sources }: Description): void {
    this.#entries.get(from)?.peer.handleDescription(type, sdp, sources);
  }

  handleCandidate({ from, candidate }: RemoteCandidate): void {
    this.#entries.get(from)?.peer.handleCandidate(candidate);
  }

  /** The server was restarted and forgot what was under way with this one. */
  negotiateAgain(participant: string): void {
    this.#entries.get(participant)?.peer.negotiateAgain();
  }

  close(): void {
    this.#stop();
    const entries = [...this.#entries.values()];
    this.#entries.clear();
    for (const { peer } of entries) peer.close();
  }

  #connect(participant: Participant): Entry {
    const { id, instance } = participant;
    const media = new RemoteMedia(this.#environment);
    media.handleMedia(participant.media);
    const peer = new Peer({
      environment: this.#environment,
      configuration: this.#configuration,
      polite: isPolite(this.#own, id),
      media,
      tracks: this.#tracks,
      streams: this.#streams,
      peers: this.#entries.size + 1,
      hooks: {
        sendDescription: (type, sdp, sources) => this.#hooks.send({ type, to: id, instance, sdp, sources }),
        sendCandidate: (candidate: Candidate | null) =>
          this.#hooks.send({ type: 'candidate', to: id, instance, candidate }),
        onChange: () => this.#hooks.onChange(),
        onChat: (chat) => this.#hooks.onChat(id, chat),
      },
    });
    const entry = { participant, peer, media };
    this.#entries.set(id, entry);
    peer.handleReachable(this.#reachable(participant));
    this.#stopTicking ??= every(this.#environment, TICK_MS, () => this.#tick());
    return entry;
  }

  #tick(): void {
    for (const { peer, participant } of [...this.#entries.values()])
      peer.tick(participant.media, this.#reachable(participant));
  }

  #applyTracks(): void {
    for (const { peer } of this.#entries.values()) peer.setTracks(this.#tracks, this.#entries.size);
  }

  #reachable(participant: Participant): boolean {
    return this.#signaling && participant.connected;
  }

  #stop(): void {
    this.#stopTicking?.();
    this.#stopTicking = null;
  }
}
