/** The streams of one remote participant. They stay the same objects while tracks, and the ways they come, change. */
import type { MediaState } from './api.ts';
import type { Environment } from './environment.ts';
import { NOTHING_RECEIVED } from './media-path.ts';
import type { Tracks } from './media-path.ts';

export class RemoteMedia {
  readonly #environment: Environment;
  /** Microphone and camera. */
  readonly stream: MediaStream;
  #screen: MediaStream | null = null;
  #tracks = NOTHING_RECEIVED;
  #media: MediaState = { microphone: false, camera: false, screen: false };
  #cameraComes = true;

  constructor(environment: Environment) {
    this.#environment = environment;
    this.stream = environment.createStream();
  }

  /** Screen and its audio while it is shared. */
  get screen(): MediaStream | null {
    return this.#media.screen && this.#tracks.has('screen') ? this.#screen : null;
  }

  /** @param cameraComes whether pictures are sent: not of what is out of sight */
  handleTracks(tracks: Tracks, cameraComes = true): void {
    this.#tracks = tracks;
    this.#cameraComes = cameraComes;
    this.#fill();
  }

  handleMedia(media: MediaState): void {
    this.#media = media;
    this.#fill();
  }

  clear(): void {
    this.handleTracks(NOTHING_RECEIVED);
  }

  /**
   * A camera that is off, or has not been seen yet, stays out of the stream: a media element waits for the first picture of
   * every video track before it plays the sound.
   */
  #fill(): void {
    const camera = this.#media.camera ? this.#tracks.get('camera') : undefined;
    const playing = camera !== undefined && this.stream.getTracks().includes(camera);
    set(this.stream, [this.#tracks.get('microphone'), this.#cameraComes || playing ? camera : undefined]);
    if (this.#tracks.has('screen')) this.#screen ??= this.#environment.createStream();
    if (this.#screen !== null) set(this.#screen, [this.#tracks.get('screen'), this.#tracks.get('screen-audio')]);
  }
}

/** First the new, then the old: an element that loses its only picture goes black. */
function set(stream: MediaStream, wanted: readonly (MediaStreamTrack | undefined)[]): void {
  const before = stream.getTracks();
  for (const track of wanted) {
    if (track === undefined || stream.getTracks().includes(track)) continue;
    stream.addTrack(track);
    // Browsers tell only of tracks that they add themselves; views listen for ours the same way.
    if (typeof MediaStreamTrackEvent === 'function')
      stream.dispatchEvent(new MediaStreamTrackEvent('addtrack', { track }));
  }
  for (const track of before) if (!wanted.includes(track)) stream.removeTrack(track);
}
