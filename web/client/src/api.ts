/**
 * The SDK's public shapes. Everything a UI needs is an immutable snapshot plus a `subscribe`, so that it fits React's
 * `useSyncExternalStore` and any other view layer alike.
 */

export type SourceKind = 'microphone' | 'camera' | 'screen' | 'screen-audio';

/** What is being sent now; a muted microphone is `false`. */
export interface MediaState {
  readonly microphone: boolean;
  readonly camera: boolean;
  readonly screen: boolean;
}

/** An error as a person should read it. `code` is stable and documented in docs/PROTOCOL.md or on MediaProblemCode. */
export interface Problem {
  readonly code: string;
  /** What happened, in plain words. */
  readonly message: string;
  /** The way out. */
  readonly hint: string;
}

/** A store of immutable snapshots: the same object until something changes. */
export interface Store<T> {
  readonly snapshot: T;
  /** @returns the function that unsubscribes */
  subscribe(listener: () => void): () => void;
}

// ---------------------------------------------------------------- devices

/** Why a camera, microphone or screen cannot be used. */
export type MediaProblemCode =
  | 'insecure-page' // navigator.mediaDevices does not exist: http away from localhost
  | 'blocked' // the person or the browser refused
  | 'blocked-by-system' // the operating system refused
  | 'dismissed' // the question was closed without an answer
  | 'missing' // there is no such device
  | 'in-use' // another program holds it
  | 'unsupported' // the browser cannot do it
  | 'constraints' // no device fits, for example the remembered one is gone
  | 'unplugged' // the device went away while it was used
  | 'failed'; // anything else

export interface MediaProblem extends Problem {
  readonly code: MediaProblemCode;
}

export interface DeviceChoice {
  readonly deviceId: string;
  readonly label: string;
}

export interface SourceState {
  /** `opening` while the browser asks; `muted` (microphone only): the track is held but sends silence. */
  readonly status: 'off' | 'opening' | 'on' | 'muted' | 'failed';
  readonly track: MediaStreamTrack | null;
  readonly problem: MediaProblem | null;
}

export interface LocalMediaSnapshot {
  readonly camera: SourceState;
  readonly microphone: SourceState;
  readonly screen: SourceState;
  /** Audio that comes with the screen; null when the browser or the person gave none. */
  readonly screenAudio: MediaStreamTrack | null;
  readonly devices: {
    readonly cameras: readonly DeviceChoice[];
    readonly microphones: readonly DeviceChoice[];
    /** Empty where the browser cannot choose an output (setSinkId). */
    readonly speakers: readonly DeviceChoice[];
  };
  readonly selected: {
    readonly camera: string | null;
    readonly microphone: string | null;
    readonly speaker: string | null;
  };
  /** Whether this browser can share a screen at all. */
  readonly canShareScreen: boolean;
}

/** Owns the local tracks and devices. Outlives a Room: the lobby opens it, the call sends it. Remembers choices in localStorage. */
export interface LocalMedia extends Store<LocalMediaSnapshot> {
  /** Opens camera and microphone together, so that the browser asks once; falls back to each alone. Never rejects: problems are in the snapshot. */
  open(wanted?: { camera?: boolean; microphone?: boolean }): Promise<void>;
  setCamera(on: boolean): Promise<void>;
  setMicrophone(on: boolean): Promise<void>;
  startScreen(): Promise<void>;
  stopScreen(): void;
  selectCamera(deviceId: string): Promise<void>;
  selectMicrophone(deviceId: string): Promise<void>;
  selectSpeaker(deviceId: string): Promise<void>;
  /** Level of the microphone now, 0 to 1; 0 when off or muted. Cheap: call it in an animation frame. */
  microphoneLevel(): number;
  /** Stops every track. */
  close(): void;
}

// ---------------------------------------------------------------- the room

export type RoomStatus =
  | { readonly kind: 'idle' }
  | { readonly kind: 'connecting' }
  | { readonly kind: 'connected' }
  /** The signaling connection is lost; calls go on. `attempt` starts at 1. */
  | { readonly kind: 'reconnecting'; readonly attempt: number }
  /** `problem` is null when the person left. `session-taken-over` means another tab goes on with the call. */
  | { readonly kind: 'closed'; readonly problem: Problem | null };

/** Straight from the participant, or through the server. */
export type MediaPathKind = 'direct' | 'server';

/** `unknown` until measured; `lost` when media does not flow. */
export type Quality = 'unknown' | 'good' | 'fair' | 'poor' | 'lost';

export interface RemoteParticipant {
  readonly id: string;
  readonly name: string;
  readonly media: MediaState;
  /** False while its signaling connection is lost. */
  readonly connected: boolean;
  /** State of the PeerConnection over which its media comes: to it, or to the server. */
  readonly connection: 'new' | 'connecting' | 'connected' | 'interrupted' | 'failed';
  readonly quality: Quality;
  readonly speaking: boolean;
  /** Microphone and camera in one stream; the same object for the life of the participant's instance. */
  readonly stream: MediaStream;
  /** Screen and its audio, or null when nothing is shared. */
  readonly screen: MediaStream | null;
}

export interface LocalParticipant {
  readonly id: string | null;
  readonly name: string;
  readonly speaking: boolean;
  readonly quality: Quality;
}

export interface ChatMessage {
  readonly id: string;
  /** Participant id; null for one's own. */
  readonly from: string | null;
  readonly name: string;
  readonly text: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** `peer`: over data channels; `room`: over the server. */
  readonly via: 'peer' | 'room';
}

export type RoomNotice =
  | {
      readonly kind: 'joined' | 'left' | 'lost' | 'returned';
      readonly participant: string;
      readonly name: string;
      readonly at: number;
    }
  | { readonly kind: 'sharing'; readonly participant: string; readonly name: string; readonly at: number }
  | { readonly kind: 'problem'; readonly problem: Problem; readonly at: number };

export interface RoomSnapshot {
  readonly status: RoomStatus;
  readonly room: string;
  readonly local: LocalParticipant;
  readonly participants: readonly RemoteParticipant[];
  readonly chat: readonly ChatMessage[];
  /** Files on their way, and those that came, in the order in which they were offered. */
  readonly files: readonly FileTransfer[];
  /** How media travels now: directly, or through the server. Changes once the media has, not before. */
  readonly topology: RoomTopology;
}

export type RoomTopology = 'mesh' | 'sfu';

/** In which a picture goes to the server: the first two as simulcast, the others with layers in one stream. */
export type VideoCodec = 'vp8' | 'h264' | 'vp9' | 'av1';

/** What this client asks of the room. */
export type Topology = 'auto' | RoomTopology | 'mcu';

export interface RoomOptions {
  readonly room: string;
  readonly name: string;
  readonly media: LocalMedia;
  /** Server, default: where the page came from. */
  readonly server?: string;
  readonly token?: string | null;
  readonly topology?: Topology;
  /** Only relayed candidates (`iceTransportPolicy: 'relay'`). */
  readonly relayOnly?: boolean;
  /** In which to send video through the server, where this browser can; default: VP8. */
  readonly videoCodec?: VideoCodec | null;
}

/** One of the streams in which video is sent. */
export interface SentLayer {
  /** Of simulcast: `l`, `m` or `h`. Null: there is but one. */
  readonly rid: string | null;
  /** As it was last, e.g. "1280x720 30 fps VP8"; null before the first. */
  readonly picture: string | null;
  /** Spatial and temporal layers within the stream, e.g. "L3T3_KEY"; null when the browser does not say. */
  readonly scalabilityMode: string | null;
  /** Nobody wants it, so it is not made. */
  readonly paused: boolean;
  readonly kbps: number;
}

/**
 * One row of the statistics panel: the connection to one participant, the connection to the server (`participant` is
 * `server`), or what comes from one participant through the server, of which sending and the path are the server's row.
 */
export interface PeerStats {
  readonly participant: string;
  readonly name: string;
  readonly path: MediaPathKind;
  readonly rttMs: number | null;
  readonly lossPercent: number | null;
  readonly jitterMs: number | null;
  readonly sendKbps: number | null;
  readonly receiveKbps: number;
  readonly localCandidate: string | null; // e.g. "host udp"
  readonly remoteCandidate: string | null;
  readonly videoIn: string | null; // e.g. "640x360 30 fps VP8"
  readonly videoOut: string | null;
  /** The largest first. */
  readonly layersOut: readonly SentLayer[];
  /** The size at which the page shows the camera, in device pixels; null when it does not tell. */
  readonly shownAt: { readonly width: number; readonly height: number } | null;
  readonly dtls: string | null;
}

// ---------------------------------------------------------------- data

/** As in RTCDataChannelInit; ordered and reliable when nothing is said. */
export interface ChannelOptions {
  readonly ordered?: boolean;
  /** How often a message is sent again at most. */
  readonly maxRetransmits?: number;
  /** For how many milliseconds a message is sent, at most. */
  readonly maxPacketLifeTime?: number;
  /** What is spoken on the channel: only channels that agree on it and on the reliability are the same. */
  readonly protocol?: string;
}

export interface ChannelMessage {
  /** The participant who sent it; the server says so, or the connection to it. */
  readonly from: string;
  readonly data: string | Uint8Array<ArrayBuffer>;
}

/**
 * A channel of an application to the others of a room who have opened one of the same label, protocol and reliability. It
 * outlives connections; a message that is sent while there is none is lost, and `send` says so.
 */
export interface RoomChannel {
  readonly label: string;
  /**
   * @param data at most 261120 bytes
   * @param to a participant; null or nothing: everybody
   * @returns whether a connection has taken it for each of them
   */
  send(data: string | Uint8Array<ArrayBuffer>, to?: string | null): boolean;
  /** Whether what is sent to the participant now arrives. */
  reaches(participant: string): boolean;
  /** Bytes that wait on this side: pause when they are many. */
  bufferedAmount(to?: string | null): number;
  onMessage(listener: (message: ChannelMessage) => void): () => void;
  /** Who can be reached has changed, or there is room to send again. */
  onChange(listener: () => void): () => void;
  /** The server did not hand on something that was sent: see docs/PROTOCOL.md for the codes. */
  onProblem(listener: (problem: Problem) => void): () => void;
  close(): void;
}

/**
 * `offered`: nobody has said yes or no. `waiting`: accepted, but nothing flows: a connection is lost, or is still to come.
 * The last four are final.
 */
export type FileState = 'offered' | 'waiting' | 'active' | 'done' | 'declined' | 'cancelled' | 'failed';

/** One side's view of one file on its way to one participant. */
export interface FileTransfer {
  readonly id: string;
  readonly direction: 'in' | 'out';
  /** The other side, and its name. */
  readonly participant: string;
  readonly person: string;
  readonly name: string;
  readonly size: number;
  readonly state: FileState;
  /** That have arrived. */
  readonly bytes: number;
  /** Why it failed. */
  readonly problem: Problem | null;
  /** What was received, checked by its SHA-256; only of an incoming one that is done. */
  readonly blob: Blob | null;
  /** Milliseconds since 1970. */
  readonly at: number;
}

export interface Room extends Store<RoomSnapshot> {
  /** Resolves when joined; rejects with a Problem when the server refused or cannot be reached. */
  join(): Promise<void>;
  leave(): void;
  rename(name: string): void;
  sendChat(text: string): void;
  openChannel(label: string, options?: ChannelOptions): RoomChannel;
  /** Offers a file to a participant, or to everybody who is here now. */
  sendFile(file: File, to?: string): void;
  acceptFile(id: string): void;
  declineFile(id: string): void;
  /** Ends a transfer of either direction. */
  cancelFile(id: string): void;
  /** Notices for toasts, as they happen. */
  onNotice(listener: (notice: RoomNotice) => void): () => void;
  /** Level of a participant's audio now, 0 to 1. */
  audioLevel(participant: string): number;
  /**
   * Has an element tell the server how large it shows a picture: through the server comes the size that fits, and nothing of
   * what is out of sight. Without any such element everything comes as good as it is; with one, what no element shows
   * does not come.
   *
   * @param element of which the size counts, and that the page or its window hides; a video may be in picture-in-picture
   * @returns the function that ends it
   */
  watch(participant: string, source: 'camera' | 'screen', element: Element): () => void;
  stats(): Promise<readonly PeerStats[]>;
  /** Takes the call back after `session-taken-over`, or tries again after a failure. */
  rejoin(): Promise<void>;
  /** A link that others can open: the network address when this page is on localhost, with a token where one is needed. */
  inviteLink(): Promise<string>;
}

/** Implemented by `index.ts`: `createLocalMedia()` and `createRoom(options)`. */
export type CreateLocalMedia = () => LocalMedia;
export type CreateRoom = (options: RoomOptions) => Room;
