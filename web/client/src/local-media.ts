/**
 * The local camera, microphone and screen.
 *
 * Everything that asks the browser runs one after another, so that a double click does not open a device twice. What
 * comes back after `close` is stopped at once.
 */
import type { LocalMedia, LocalMediaSnapshot, MediaProblem, SourceState } from './api.ts';
import { ANY_DEVICE, canShareScreen, capture, captureScreen, hasMediaDevices } from './capture.ts';
import type { Captured, DeviceWish } from './capture.ts';
import { NO_DEVICES, listDevices, rememberSelection, restoreSelection } from './devices.ts';
import type { TextStorage } from './environment.ts';
import { LevelMeter } from './level-meter.ts';
import { explainMediaError, mediaProblem } from './media-problems.ts';
import { StepQueue } from './negotiation.ts';
import { SnapshotStore, shareStructure } from './store.ts';

type Input = 'camera' | 'microphone';

const OFF: SourceState = { status: 'off', track: null, problem: null };

export class BrowserMedia implements LocalMedia {
  readonly #store: SnapshotStore<LocalMediaSnapshot>;
  readonly #storage: TextStorage | null;
  readonly #meter = new LevelMeter();
  readonly #steps = new StepQueue(() => undefined);
  /** Rises with each `close`: what was asked before belongs to nobody. */
  #generation = 0;
  #watching = false;

  constructor(storage: TextStorage | null) {
    this.#storage = storage;
    this.#store = new SnapshotStore<LocalMediaSnapshot>({
      camera: OFF,
      microphone: OFF,
      screen: OFF,
      screenAudio: null,
      devices: NO_DEVICES,
      selected: restoreSelection(storage),
      canShareScreen: canShareScreen(),
    });
  }

  get snapshot(): LocalMediaSnapshot {
    return this.#store.snapshot;
  }

  subscribe(listener: () => void): () => void {
    return this.#store.subscribe(listener);
  }

  open(wanted: { camera?: boolean; microphone?: boolean } = {}): Promise<void> {
    const { camera = true, microphone = true } = wanted;
    return this.#run(async () => {
      const asked = [
        ...(camera && !isLive(this.snapshot.camera) ? (['camera'] as const) : []),
        ...(microphone && !isLive(this.snapshot.microphone) ? (['microphone'] as const) : []),
      ];
      await this.#start(asked);
    });
  }

  setCamera(on: boolean): Promise<void> {
    return this.#run(async () => {
      if (!on) this.#turnOff('camera');
      else if (!isLive(this.snapshot.camera)) await this.#start(['camera']);
    });
  }

  setMicrophone(on: boolean): Promise<void> {
    return this.#run(async () => {
      const { track } = this.snapshot.microphone;
      if (track !== null && isLive(this.snapshot.microphone)) {
        // The track is kept: speaking again must not lose the first word.
        track.enabled = on;
        this.#store.update({ microphone: { status: on ? 'on' : 'muted', track, problem: null } });
      } else if (on) {
        await this.#start(['microphone']);
      }
    });
  }

  startScreen(): Promise<void> {
    // Not in the queue: the browser allows the question only while the click is being handled.
    if (this.snapshot.screen.status === 'opening' || this.snapshot.screen.status === 'on') return Promise.resolve();
    const generation = this.#generation;
    this.#store.update({ screen: { status: 'opening', track: null, problem: null } });
    return captureScreen().then(
      ({ video, audio }) => {
        if (generation !== this.#generation || this.snapshot.screen.status !== 'opening') {
          video.stop();
          audio?.stop();
          return;
        }
        // The browser has a button of its own that ends the sharing.
        video.onended = () => this.stopScreen();
        if (audio !== null) audio.onended = () => this.#store.update({ screenAudio: null });
        this.#store.update({ screen: { status: 'on', track: video, problem: null }, screenAudio: audio });
      },
      (error: unknown) => {
        if (generation !== this.#generation) return;
        const problem = explainMediaError(error, 'screen');
        const status = problem.code === 'dismissed' ? 'off' : 'failed';
        this.#store.update({ screen: { status, track: null, problem } });
      },
    );
  }

  stopScreen(): void {
    const { screen, screenAudio } = this.snapshot;
    release(screen.track);
    release(screenAudio);
    this.#store.update({ screen: OFF, screenAudio: null });
  }

  selectCamera(deviceId: string): Promise<void> {
    return this.#select('camera', deviceId);
  }

  selectMicrophone(deviceId: string): Promise<void> {
    return this.#select('microphone', deviceId);
  }

  selectSpeaker(deviceId: string): Promise<void> {
    this.#remember('speaker', deviceId);
    return Promise.resolve();
  }

  microphoneLevel(): number {
    const { status, track } = this.snapshot.microphone;
    return status === 'on' ? this.#meter.level(track) : 0;
  }

  close(): void {
    this.#generation++;
    for (const input of ['camera', 'microphone'] as const) this.#turnOff(input);
    this.stopScreen();
    this.#meter.close();
    if (this.#watching) navigator.mediaDevices.removeEventListener('devicechange', this.#onDeviceChange);
    this.#watching = false;
  }

  // ---------------------------------------------------------------- opening

  async #start(inputs: readonly Input[]): Promise<void> {
    if (inputs.length === 0) return;
    const generation = this.#generation;
    for (const input of inputs) this.#store.update({ [input]: { status: 'opening', track: null, problem: null } });
    const wish = (input: Input): DeviceWish => ({ deviceId: this.snapshot.selected[input], exact: false });
    try {
      this.#take(inputs, await this.#capture(inputs, wish), generation);
    } catch (error) {
      await this.#startAfter(error, inputs, generation);
    }
    if (generation === this.#generation) await this.#refreshDevices();
  }

  /** One missing or blocked device must not cost the other one. */
  async #startAfter(error: unknown, inputs: readonly Input[], generation: number): Promise<void> {
    if (generation !== this.#generation) return;
    const [first, second] = inputs;
    // Somebody who closed the question would be asked twice more.
    const alone = second === undefined || error === undefined || explainMediaError(error, second).code === 'dismissed';
    if (alone) {
      for (const input of inputs) this.#fail(input, explainMediaError(error, input));
      return;
    }
    for (const input of [second, first ?? second]) {
      try {
        this.#take([input], await this.#capture([input], () => ANY_DEVICE), generation);
      } catch (failure) {
        if (generation === this.#generation) this.#fail(input, explainMediaError(failure, input));
      }
    }
  }

  #capture(inputs: readonly Input[], wish: (input: Input) => DeviceWish): Promise<Captured> {
    const wishOf = (input: Input): DeviceWish | null => (inputs.includes(input) ? wish(input) : null);
    return capture(wishOf('camera'), wishOf('microphone'));
  }

  #take(inputs: readonly Input[], captured: Captured, generation: number): void {
    for (const input of inputs) {
      const track = captured[input];
      if (generation !== this.#generation) release(track);
      else if (track === null) this.#fail(input, mediaProblem('missing', input));
      else this.#use(input, track);
    }
  }

  #use(input: Input, track: MediaStreamTrack): void {
    release(this.snapshot[input].track);
    track.onended = () => void this.#run(() => this.#replaceUnplugged(input, track));
    const status = track.enabled ? 'on' : 'muted';
    this.#store.update({ [input]: { status, track, problem: null } satisfies SourceState });
    this.#watch();
  }

  #fail(input: Input, problem: MediaProblem): void {
    release(this.snapshot[input].track);
    this.#store.update({ [input]: { status: 'failed', track: null, problem } satisfies SourceState });
    this.#watch();
  }

  #turnOff(input: Input): void {
    // The light beside the camera goes out only when the track is stopped.
    release(this.snapshot[input].track);
    this.#store.update({ [input]: OFF });
  }

  // ---------------------------------------------------------------- devices

  #select(input: Input, deviceId: string): Promise<void> {
    return this.#run(async () => {
      const { track } = this.snapshot[input];
      if (track === null || !isLive(this.snapshot[input])) {
        this.#remember(input, deviceId);
        // Choosing a device is the answer to the problem with another one.
        if (this.snapshot[input].status === 'failed') await this.#start([input]);
        return;
      }
      await this.#switch(input, track, deviceId);
    });
  }

  async #switch(input: Input, old: MediaStreamTrack, deviceId: string): Promise<void> {
    const generation = this.#generation;
    try {
      const next = (await this.#capture([input], () => ({ deviceId, exact: true })))[input];
      if (next === null) return;
      if (generation !== this.#generation) {
        release(next);
        return;
      }
      next.enabled = old.enabled;
      this.#use(input, next);
      this.#remember(input, deviceId);
    } catch (error) {
      if (generation !== this.#generation) return;
      // The old one goes on; the problem says why the choice did not hold.
      const problem = explainMediaError(error, input);
      this.#store.update({ [input]: { ...this.snapshot[input], problem } satisfies SourceState });
    }
  }

  async #replaceUnplugged(input: Input, track: MediaStreamTrack): Promise<void> {
    if (this.snapshot[input].track !== track) return;
    const generation = this.#generation;
    const wasEnabled = track.enabled;
    try {
      const next = (await this.#capture([input], () => ANY_DEVICE))[input];
      if (next !== null && generation === this.#generation) next.enabled = wasEnabled;
      this.#take([input], { camera: null, microphone: null, [input]: next }, generation);
    } catch (error) {
      if (generation !== this.#generation) return;
      const problem = explainMediaError(error, input);
      this.#fail(input, problem.code === 'missing' ? mediaProblem('unplugged', input) : problem);
    }
    if (generation === this.#generation) await this.#refreshDevices();
  }

  #remember(kind: 'camera' | 'microphone' | 'speaker', deviceId: string): void {
    const selected = { ...this.snapshot.selected, [kind]: deviceId };
    rememberSelection(this.#storage, selected);
    this.#store.update({ selected });
  }

  #watch(): void {
    if (this.#watching || !hasMediaDevices()) return;
    this.#watching = true;
    navigator.mediaDevices.addEventListener('devicechange', this.#onDeviceChange);
  }

  readonly #onDeviceChange = (): void => {
    void this.#run(async () => {
      await this.#refreshDevices();
      const { camera, microphone, devices } = this.snapshot;
      if (camera.problem?.code === 'unplugged' && devices.cameras.length > 0) await this.#start(['camera']);
      if (microphone.problem?.code === 'unplugged' && devices.microphones.length > 0) await this.#start(['microphone']);
    });
  };

  async #refreshDevices(): Promise<void> {
    if (!hasMediaDevices()) return;
    try {
      const canChooseOutput = 'setSinkId' in HTMLMediaElement.prototype;
      const next = listDevices(await navigator.mediaDevices.enumerateDevices(), canChooseOutput);
      const old = this.snapshot.devices;
      const cameras = shareStructure(old.cameras, next.cameras);
      const microphones = shareStructure(old.microphones, next.microphones);
      const speakers = shareStructure(old.speakers, next.speakers);
      if (cameras !== old.cameras || microphones !== old.microphones || speakers !== old.speakers)
        this.#store.update({ devices: { cameras, microphones, speakers } });
    } catch {
      // The lists stay as they are.
    }
  }

  #run(step: () => Promise<void>): Promise<void> {
    const generation = this.#generation;
    return this.#steps.run(async () => {
      if (generation === this.#generation) await step();
    });
  }
}

function isLive(state: SourceState): boolean {
  return state.track !== null && state.track.readyState === 'live';
}

/** Stopping a track ourselves fires no `ended`; the handler goes all the same, so that nothing holds on to it. */
function release(track: MediaStreamTrack | null): void {
  if (track === null) return;
  track.onended = null;
  track.stop();
}
