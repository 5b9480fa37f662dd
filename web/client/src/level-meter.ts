/** How loud a local track is now. The AudioContext is made when it is first asked: pages without a call need none. */
import { perceivedLevel } from './speaking.ts';

const SAMPLES = 1_024;

export class LevelMeter {
  #context: AudioContext | null = null;
  #analyser: AnalyserNode | null = null;
  #source: MediaStreamAudioSourceNode | null = null;
  #track: MediaStreamTrack | null = null;
  readonly #samples = new Float32Array(SAMPLES);
  #stopAwaitingGesture = (): void => undefined;

  /** @returns 0 to 1 as perceived; 0 without a live track or where audio processing is not allowed */
  level(track: MediaStreamTrack | null): number {
    if (track === null || !track.enabled || track.readyState !== 'live') return 0;
    if (track !== this.#track) this.#attach(track);
    if (this.#analyser === null || this.#context?.state !== 'running') return 0;
    this.#analyser.getFloatTimeDomainData(this.#samples);
    let sum = 0;
    for (const sample of this.#samples) sum += sample * sample;
    return perceivedLevel(Math.sqrt(sum / SAMPLES));
  }

  close(): void {
    this.#stopAwaitingGesture();
    this.#detach();
    this.#analyser = null;
    const context = this.#context;
    this.#context = null;
    context?.close().catch(() => undefined);
  }

  #attach(track: MediaStreamTrack): void {
    this.#detach();
    this.#track = track;
    try {
      this.#context ??= this.#createContext();
      this.#analyser ??= new AnalyserNode(this.#context, { fftSize: SAMPLES, smoothingTimeConstant: 0 });
      this.#source = this.#context.createMediaStreamSource(new MediaStream([track]));
      this.#source.connect(this.#analyser);
    } catch {
      // No AudioContext, or Firefox with a microphone of another sample rate: the meter stays at 0.
      this.#source = null;
    }
  }

  #detach(): void {
    this.#source?.disconnect();
    this.#source = null;
    this.#track = null;
  }

  /** Browsers start it suspended until somebody clicks or types. */
  #createContext(): AudioContext {
    const context = new AudioContext({ latencyHint: 'interactive' });
    if (context.state === 'running') return context;
    const resume = (): void => {
      context.resume().then(
        () => this.#stopAwaitingGesture(),
        () => undefined,
      );
    };
    const gestures = ['pointerdown', 'keydown'] as const;
    for (const gesture of gestures) addEventListener(gesture, resume, { passive: true });
    this.#stopAwaitingGesture = () => {
      for (const gesture of gestures) removeEventListener(gesture, resume);
    };
    resume();
    return context;
  }
}
