import type { LocalMedia, LocalMediaSnapshot, MediaProblem, SourceState } from '@stoa/client';
import { canvasStream, screenStream } from './canvasStream';
import { ValueStore } from './ValueStore';

const OFF: SourceState = { status: 'off', track: null, problem: null };

/** Devices that do not exist; `problem` makes them fail. */
export class DemoMedia extends ValueStore<LocalMediaSnapshot> implements LocalMedia {
  readonly #problem: MediaProblem | null;

  constructor(problem: MediaProblem | null) {
    super({
      camera: OFF,
      microphone: OFF,
      screen: OFF,
      screenAudio: null,
      devices: {
        cameras: [
          { deviceId: 'c1', label: 'FaceTime HD Camera' },
          { deviceId: 'c2', label: 'USB Camera' },
        ],
        microphones: [
          { deviceId: 'm1', label: 'Built-in Microphone' },
          { deviceId: 'm2', label: 'Headset' },
        ],
        speakers: [{ deviceId: 'default', label: 'Default speaker' }],
      },
      selected: { camera: 'c1', microphone: 'm1', speaker: 'default' },
      canShareScreen: true,
    });
    this.#problem = problem;
  }

  open(): Promise<void> {
    void this.setCamera(true);
    return this.setMicrophone(true);
  }

  setCamera(on: boolean): Promise<void> {
    const track =
      on && this.#problem === null
        ? (canvasStream('You', { width: 1280, height: 720 }).getVideoTracks()[0] ?? null)
        : null;
    this.change({
      camera: this.#problem !== null ? this.#failed() : on ? { status: 'on', track, problem: null } : OFF,
    });
    return Promise.resolve();
  }

  setMicrophone(on: boolean): Promise<void> {
    const state: SourceState = { status: on ? 'on' : 'muted', track: null, problem: null };
    this.change({ microphone: this.#problem !== null ? this.#failed() : state });
    return Promise.resolve();
  }

  startScreen(): Promise<void> {
    const track = screenStream().getVideoTracks()[0] ?? null;
    this.change({ screen: { status: 'on', track, problem: null } });
    return Promise.resolve();
  }

  stopScreen(): void {
    this.change({ screen: OFF });
  }

  selectCamera(camera: string): Promise<void> {
    this.change({ selected: { ...this.snapshot.selected, camera } });
    return Promise.resolve();
  }

  selectMicrophone(microphone: string): Promise<void> {
    this.change({ selected: { ...this.snapshot.selected, microphone } });
    return Promise.resolve();
  }

  selectSpeaker(speaker: string): Promise<void> {
    this.change({ selected: { ...this.snapshot.selected, speaker } });
    return Promise.resolve();
  }

  microphoneLevel(): number {
    return this.snapshot.microphone.status === 'on' ? 0.25 + 0.2 * Math.sin(performance.now() / 130) : 0;
  }

  close(): void {
    this.change({ camera: OFF, microphone: OFF, screen: OFF });
  }

  #failed(): SourceState {
    return { status: 'failed', track: null, problem: this.#problem };
  }
}
