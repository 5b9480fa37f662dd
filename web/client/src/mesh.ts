/**
 * One connection to every other participant. Knows who offers and for how long a missing participant is kept; knows
 * nothing of snapshots, chat history or notices.
 */
import type { Payload } from './data-envelope.ts';
import type { Environment } from './environment.ts';
import { every } from './environment.ts';
import { isPolite } from './negotiation.ts';
import type { OfferNumbers } from './negotiation.ts';
import { Peer } from './peer.ts';
import type { Candidate, Description, Participant, PeerChat, RemoteCandidate, TargetedMessage } from './protocol.ts';
import { NO_TRACKS } from './slots.ts';
import type { LocalTracks, SyncStreams } from './slots.ts';

export interface MeshHooks {
  send(message: TargetedMessage): void;
  onChange(): void;
  onChat(participant: string, chat: PeerChat): void;
  onData(participant: string, key: string, data: Payload): void;
  onDataChange(): void;
}

export interface MeshOptions {
  readonly environment: Environment;
  readonly configuration: RTCConfiguration;
  readonly streams: SyncStreams;
  readonly offerNumbers: OfferNumbers;
  readonly hooks: MeshHooks;
}

interface Entry {
  participant: Participant;
  readonly peer: Peer;
}

/** Far beyond what a mesh can carry; keeps a hostile roster from making connections without end. */
const MAX_PEERS = 64;
const TICK_MS = 500;

export class Mesh {
  readonly #options: MeshOptions;
  readonly #entries = new Map<string, Entry>();
  #configuration: RTCConfiguration;
  #tracks: LocalTracks = NO_TRACKS;
  #own = '';
  #signaling = false;
  #stopTicking: (() => void) | null = null;

  constructor(options: MeshOptions) {
    this.#options = options;
    this.#configuration = options.configuration;
  }

  get(participant: string): Peer | undefined {
    return this.#entries.get(participant)?.peer;
  }

  /** @param own this participant's id, which decides who is polite */
  setOwn(own: string): void {
    this.#own = own;
  }

  /** Connections made from now on use it; those that are not connected yet try again with it. */
  setConfiguration(configuration: RTCConfiguration): void {
    this.#configuration = configuration;
    for (const { peer } of this.#entries.values()) peer.setConfiguration(configuration);
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

  /** The room becomes a mesh: nobody is the newcomer, so the impolite one of each two offers. */
  handleBeginning(participants: Iterable<Participant>): void {
    for (const participant of participants) this.handleParticipant(participant, !isPolite(this.#own, participant.id));
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
    const entry = this.#entries.get(from);
    if (entry === undefined || entry.peer.handleDescription(type, sdp, sources)) return;
    entry.peer.close();
    const { peer } = this.#connect(entry.participant);
    if (type === 'offer') peer.handleDescription(type, sdp, sources);
    else peer.begin(entry.participant.media);
    this.#options.hooks.onChange();
  }

  handleCandidate({ from, candidate }: RemoteCandidate): void {
    this.#entries.get(from)?.peer.handleCandidate(candidate);
  }

  /** The server was restarted and forgot what was under way with this one. */
  negotiateAgain(participant: string): void {
    this.#entries.get(participant)?.peer.negotiateAgain();
  }

  /** The room is a mesh no more. @returns those that carry media, for their new owner to close */
  retire(): ReadonlyMap<string, Peer> {
    this.#stop();
    const retired = new Map<string, Peer>();
    for (const [id, { peer }] of this.#entries) {
      if (peer.phase === 'connected') {
        peer.retire();
        retired.set(id, peer);
      } else peer.close();
    }
    this.#entries.clear();
    return retired;
  }

  close(): void {
    for (const peer of this.retire().values()) peer.close();
  }

  #connect(participant: Participant): Entry {
    const { id, instance } = participant;
    const { environment, streams, offerNumbers, hooks } = this.#options;
    const peer = new Peer({
      environment,
      configuration: this.#configuration,
      polite: isPolite(this.#own, id),
      tracks: this.#tracks,
      streams,
      offerNumbers,
      peers: this.#entries.size + 1,
      hooks: {
        sendDescription: (type, sdp, sources) => hooks.send({ type, to: id, instance, sdp, sources }),
        sendCandidate: (candidate: Candidate | null) => hooks.send({ type: 'candidate', to: id, instance, candidate }),
        onChange: () => hooks.onChange(),
        onChat: (chat) => hooks.onChat(id, chat),
        onData: (key, data) => hooks.onData(id, key, data),
        onDataChange: () => hooks.onDataChange(),
      },
    });
    const entry = { participant, peer };
    this.#entries.set(id, entry);
    peer.handleReachable(this.#reachable(participant));
    this.#stopTicking ??= every(environment, TICK_MS, () => this.#tick());
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
