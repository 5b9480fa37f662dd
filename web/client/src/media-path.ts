/** One interface over the ways that a participant's media takes to this page: straight, or through the server. */
import type { MediaPathKind, MediaState, SourceKind } from './api.ts';
import type { PathPhase, PathState } from './recovery.ts';

export type Tracks = ReadonlyMap<SourceKind, MediaStreamTrack>;

export const NOTHING_RECEIVED: Tracks = new Map();

export interface MediaPath {
  readonly kind: MediaPathKind;
  /** What a person sees: `new` until the first description. */
  readonly phase: PathPhase | 'new';
  /** What may arrive, by what it is. A track is here before anything arrives on it, and the same as long as it is. */
  readonly tracks: Tracks;
  /** The receiver of the microphone, to read its level. */
  readonly microphoneReceiver: RTCRtpReceiver | null;
  /** Whether a source that is on arrives, or soon will: the server passes on only as many as there are slots for. */
  expects(source: SourceKind): boolean;
  /** Of the whole connection. */
  getStats(): Promise<RTCStatsReport>;
}

/** @param media what the participant says that it sends @returns what of it must arrive over this path */
export function expectedMedia(path: MediaPath, media: MediaState): MediaState {
  return {
    microphone: media.microphone && path.expects('microphone'),
    camera: media.camera && path.expects('camera'),
    screen: media.screen && path.expects('screen'),
  };
}

/** Whether everything that must arrive over this path does. A track is muted until its first packet. */
export function carries(path: MediaPath, media: MediaState): boolean {
  if (path.phase !== 'connected') return false;
  const expected = expectedMedia(path, media);
  const { tracks } = path;
  return (['microphone', 'camera', 'screen'] as const).every(
    (source) => !expected[source] || tracks.get(source)?.muted === false,
  );
}

export function pathStateOf(pc: RTCPeerConnection): PathState {
  const states = [pc.connectionState, pc.iceConnectionState];
  if (states.includes('failed')) return 'failed';
  if (states.includes('disconnected')) return 'disconnected';
  return pc.connectionState === 'connected' ? 'connected' : 'connecting';
}
