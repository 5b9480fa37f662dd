/** Tracks, streams and a LocalMedia that do what a test says. */
import type { LocalMedia, LocalMediaSnapshot, SourceState } from '../api.ts';
import { SnapshotStore } from '../store.ts';

let tracks = 0;

export class FakeTrack {
  readonly id = `track ${String(++tracks)}`;
  readonly kind: 'audio' | 'video';
  readonly label: string;
  enabled = true;
  contentHint = '';
  readyState: 'live' | 'ended' = 'live';
  onended: (() => void) | null = null;

  constructor(kind: 'audio' | 'video', label = '') {
    this.kind = kind;
    this.label = label;
  }

  stop(): void {
    this.readyState = 'ended';
  }

  /** The device was pulled out, or the browser's own button was pressed. */
  end(): void {
    this.readyState = 'ended';
    this.onended?.();
  }

  getSettings(): MediaTrackSettings {
    return this.kind === 'video' ? { height: 720 } : {};
  }

  get asTrack(): MediaStreamTrack {
    return this as unknown as MediaStreamTrack;
  }
}

export class FakeMediaStream {
  readonly #tracks: unknown[];

  constructor(tracks: readonly unknown[] = []) {
    this.#tracks = [...tracks];
  }

  getTracks(): readonly unknown[] {
    return [...this.#tracks];
  }

  getVideoTracks(): readonly unknown[] {
    return this.#tracks.filter((each) => (each as FakeTrack).kind === 'video');
  }

  getAudioTracks(): readonly unknown[] {
    return this.#tracks.filter((each) => (each as FakeTrack).kind === 'audio');
  }

  addTrack(track: unknown): void {
    if (!this.#tracks.includes(track)) this.#tracks.push(track);
  }

  removeTrack(track: unknown): void {
    const at = this.#tracks.indexOf(track);
    if (at >= 0) this.#tracks.splice(at, 1);
  }

  dispatchEvent(): boolean {
    return true;
  }
}

const OFF: SourceState = { status: 'off', track: null, problem: null };

/** Camera and microphone are on from the start; `owner` names the tracks. */
export class FakeLocalMedia extends SnapshotStore<LocalMediaSnapshot> implements LocalMedia {
  readonly #owner: string;
  level = 0;

  constructor(owner: string) {
    super({
      camera: on('video', `${owner} camera`),
      microphone: on('audio', `${owner} microphone`),
      screen: OFF,
      screenAudio: null,
      devices: { cameras: [], microphones: [], speakers: [] },
      selected: { camera: null, microphone: null, speaker: null },
      canShareScreen: true,
    });
    this.#owner = owner;
  }

  open(): Promise<void> {
    return Promise.resolve();
  }

  setCamera(wanted: boolean): Promise<void> {
    this.update({ camera: wanted ? on('video', `${this.#owner} camera`) : OFF });
    return Promise.resolve();
  }

  setMicrophone(wanted: boolean): Promise<void> {
    this.update({ microphone: { ...this.snapshot.microphone, status: wanted ? 'on' : 'muted' } });
    return Promise.resolve();
  }

  startScreen(): Promise<void> {
    this.update({
      screen: on('video', `${this.#owner} screen`),
      screenAudio: new FakeTrack('audio', `${this.#owner} screen-audio`).asTrack,
    });
    return Promise.resolve();
  }

  stopScreen(): void {
    this.update({ screen: OFF, screenAudio: null });
  }

  selectCamera(): Promise<void> {
    this.update({ camera: on('video', `${this.#owner} other camera`) });
    return Promise.resolve();
  }

  selectMicrophone(): Promise<void> {
    return Promise.resolve();
  }

  selectSpeaker(): Promise<void> {
    return Promise.resolve();
  }

  microphoneLevel(): number {
    return this.level;
  }

  close(): void {
    this.update({ camera: OFF, microphone: OFF, screen: OFF, screenAudio: null });
  }
}

function on(kind: 'audio' | 'video', label: string): SourceState {
  return { status: 'on', track: new FakeTrack(kind, label).asTrack, problem: null };
}
