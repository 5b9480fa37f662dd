import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BrowserMedia } from './local-media.ts';
import { FakeMediaStream, FakeTrack } from './testing/fake-media.ts';
import { MemoryStorage } from './testing/world.ts';

type Kind = 'videoinput' | 'audioinput' | 'audiooutput';

/** The browser's side: devices that can be pulled out, questions that are answered as a test says. */
class Devices {
  present: { kind: Kind; deviceId: string; label: string }[] = [
    { kind: 'videoinput', deviceId: 'cam1', label: 'Front camera' },
    { kind: 'videoinput', deviceId: 'cam2', label: '' },
    { kind: 'audioinput', deviceId: 'mic1', label: 'Headset' },
    { kind: 'audiooutput', deviceId: 'out1', label: 'Headset' },
  ];
  /** Errors by device kind; a question for both fails with the first. */
  readonly errors = new Map<Kind, { name: string; message: string }>();
  readonly asked: MediaStreamConstraints[] = [];
  readonly tracks: FakeTrack[] = [];
  screen: () => Promise<FakeMediaStream> = () =>
    Promise.resolve(new FakeMediaStream([this.#track('video', 'screen'), this.#track('audio', 'screen')]));
  readonly #listeners = new Set<() => void>();

  getUserMedia = async (constraints: MediaStreamConstraints): Promise<FakeMediaStream> => {
    this.asked.push(constraints);
    await Promise.resolve();
    const wanted = (
      [
        ['video', 'videoinput'],
        ['audio', 'audioinput'],
      ] as const
    ).filter(([key]) => constraints[key]);
    const tracks = wanted.map(([key, kind]) => {
      const error = this.errors.get(kind);
      if (error !== undefined) throw Object.assign(new Error(error.message), { name: error.name });
      const { deviceId } = constraints[key] as { deviceId?: { exact?: string; ideal?: string } };
      const devices = this.present.filter((each) => each.kind === kind);
      const chosen = devices.find((each) => each.deviceId === (deviceId?.exact ?? deviceId?.ideal));
      if (devices.length === 0) throw Object.assign(new Error('Requested device not found'), { name: 'NotFoundError' });
      if (deviceId?.exact !== undefined && chosen === undefined)
        throw Object.assign(new Error(), { name: 'OverconstrainedError' });
      return [key, (chosen ?? devices[0])?.deviceId ?? ''] as const;
    });
    return new FakeMediaStream(tracks.map(([key, label]) => this.#track(key, label)));
  };

  getDisplayMedia = (): Promise<FakeMediaStream> => this.screen();

  enumerateDevices = (): Promise<readonly { kind: Kind; deviceId: string; label: string }[]> =>
    Promise.resolve(this.present);

  addEventListener = (_type: string, listener: () => void): void => void this.#listeners.add(listener);
  removeEventListener = (_type: string, listener: () => void): void => void this.#listeners.delete(listener);

  unplug(deviceId: string): void {
    this.present = this.present.filter((each) => each.deviceId !== deviceId);
    for (const track of this.live) if (track.label === deviceId) track.end();
    this.change();
  }

  change(): void {
    for (const listener of this.#listeners) listener();
  }

  get live(): readonly FakeTrack[] {
    return this.tracks.filter((each) => each.readyState === 'live');
  }

  get listening(): number {
    return this.#listeners.size;
  }

  #track(kind: 'audio' | 'video', label: string): FakeTrack {
    const track = new FakeTrack(kind, label);
    this.tracks.push(track);
    return track;
  }
}

let devices: Devices;
let storage: MemoryStorage;

beforeEach(() => {
  devices = new Devices();
  storage = new MemoryStorage();
  vi.stubGlobal('navigator', { mediaDevices: devices });
  vi.stubGlobal(
    'HTMLMediaElement',
    class {
      setSinkId(): void {
        // Its presence is all that counts.
      }
    },
  );
});

afterEach(() => {
  vi.unstubAllGlobals();
});

const refusal = { name: 'NotAllowedError', message: 'Permission denied' };
const label = (track: MediaStreamTrack | null): string | undefined => track?.label;

async function opened(): Promise<BrowserMedia> {
  const media = new BrowserMedia(storage);
  await media.open();
  return media;
}

describe('opening', () => {
  it('asks once for both, with what a call wants', async () => {
    const media = await opened();
    expect(devices.asked).toEqual([
      {
        video: { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } },
        audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true },
      },
    ]);
    const { camera, microphone, devices: lists } = media.snapshot;
    expect([camera.status, microphone.status]).toEqual(['on', 'on']);
    expect(camera.track?.contentHint).toBe('motion');
    expect(lists.cameras.map((each) => each.label)).toEqual(['Front camera', 'Camera 2']);
    expect(lists.speakers).toHaveLength(1);
  });

  it('shows that the browser asks', async () => {
    const media = new BrowserMedia(storage);
    const done = media.open();
    await Promise.resolve();
    await Promise.resolve();
    expect(media.snapshot.camera.status).toBe('opening');
    await done;
  });

  it('works without a camera', async () => {
    devices.present = devices.present.filter((each) => each.kind !== 'videoinput');
    const { camera, microphone } = (await opened()).snapshot;
    expect(camera).toMatchObject({ status: 'failed', problem: { code: 'missing' } });
    expect(microphone.status).toBe('on');
  });

  it('keeps the camera when only the microphone is blocked', async () => {
    devices.errors.set('audioinput', refusal);
    const { camera, microphone } = (await opened()).snapshot;
    expect(camera.status).toBe('on');
    expect(microphone).toMatchObject({ status: 'failed', problem: { code: 'blocked' } });
  });

  it('does not ask again whoever closed the question', async () => {
    devices.errors.set('videoinput', { name: 'NotAllowedError', message: 'Permission dismissed' });
    const { camera, microphone } = (await opened()).snapshot;
    expect(devices.asked).toHaveLength(1);
    expect([camera.problem?.code, microphone.problem?.code]).toEqual(['dismissed', 'dismissed']);
  });

  it('names the insecure page where mediaDevices does not exist', async () => {
    vi.stubGlobal('navigator', {});
    const media = await opened();
    expect(media.snapshot.camera.problem?.code).toBe('insecure-page');
    expect(media.snapshot.microphone.problem?.code).toBe('insecure-page');
    expect(media.snapshot.canShareScreen).toBe(false);
    await media.startScreen();
    expect(media.snapshot.screen.problem?.code).toBe('insecure-page');
    media.close();
  });

  it('opens nothing twice when called twice at once', async () => {
    const media = new BrowserMedia(storage);
    await Promise.all([media.open(), media.open(), media.setCamera(true), media.setMicrophone(true)]);
    expect(devices.asked).toHaveLength(1);
    expect(devices.live).toHaveLength(2);
  });

  it('uses the remembered devices, and others when they are gone', async () => {
    storage.setItem('stoa.devices', JSON.stringify({ camera: 'cam2', microphone: 'gone', speaker: 7 }));
    const media = await opened();
    expect(label(media.snapshot.camera.track)).toBe('cam2');
    expect(label(media.snapshot.microphone.track)).toBe('mic1');
    expect(media.snapshot.selected).toEqual({ camera: 'cam2', microphone: 'gone', speaker: null });
  });
});

describe('switching', () => {
  it('the camera off puts its light out; the microphone is only muted', async () => {
    const media = await opened();
    await media.setCamera(false);
    await media.setMicrophone(false);
    expect(devices.live.map((each) => [each.kind, each.enabled])).toEqual([['audio', false]]);
    expect(media.snapshot.camera).toEqual({ status: 'off', track: null, problem: null });
    expect(media.snapshot.microphone.status).toBe('muted');
    await media.setMicrophone(true);
    await media.setCamera(true);
    expect(devices.live.map((each) => each.enabled)).toEqual([true, true]);
    expect(devices.asked).toHaveLength(2);
  });

  it('follows the last of many clicks', async () => {
    const media = await opened();
    await Promise.all([media.setCamera(false), media.setCamera(true), media.setCamera(false), media.setCamera(true)]);
    expect(media.snapshot.camera.status).toBe('on');
    expect(devices.live.filter((each) => each.kind === 'video')).toHaveLength(1);
  });

  it('changes the device, remembers it, and stays muted', async () => {
    devices.present.push({ kind: 'audioinput', deviceId: 'mic2', label: 'Table' });
    const media = await opened();
    await media.setMicrophone(false);
    await media.selectMicrophone('mic2');
    await media.selectCamera('cam2');
    expect(media.snapshot.microphone).toMatchObject({ status: 'muted', track: { label: 'mic2', enabled: false } });
    expect(label(media.snapshot.camera.track)).toBe('cam2');
    expect(devices.live).toHaveLength(2);
    expect(new BrowserMedia(storage).snapshot.selected).toMatchObject({ camera: 'cam2', microphone: 'mic2' });
  });

  it('keeps the old device when the chosen one cannot be had', async () => {
    const media = await opened();
    await media.selectCamera('nonsense');
    expect(media.snapshot.camera).toMatchObject({
      status: 'on',
      track: { label: 'cam1' },
      problem: { code: 'constraints' },
    });
    expect(media.snapshot.selected.camera).toBeNull();
  });

  it('only remembers the device while it is off', async () => {
    const media = new BrowserMedia(storage);
    await media.selectCamera('cam2');
    expect(devices.asked).toHaveLength(0);
    await media.setCamera(true);
    expect(label(media.snapshot.camera.track)).toBe('cam2');
  });
});

describe('a device that is pulled out', () => {
  it('gives way to another one', async () => {
    const media = await opened();
    devices.unplug('cam1');
    await media.setMicrophone(true);
    expect(media.snapshot.camera).toMatchObject({ status: 'on', track: { label: 'cam2' }, problem: null });
    await vi.waitFor(() => expect(media.snapshot.devices.cameras).toHaveLength(1));
  });

  it('is a problem when there is no other, and is taken again when it comes back', async () => {
    const media = await opened();
    devices.unplug('mic1');
    await media.setCamera(true);
    expect(media.snapshot.microphone).toMatchObject({ status: 'failed', problem: { code: 'unplugged' } });
    devices.present.push({ kind: 'audioinput', deviceId: 'mic1', label: 'Headset' });
    devices.change();
    await vi.waitFor(() => expect(media.snapshot.microphone.status).toBe('on'));
  });
});

describe('the screen', () => {
  it('is shared with its sound and ends with the browser’s own button', async () => {
    const media = new BrowserMedia(storage);
    await media.startScreen();
    const { screen, screenAudio } = media.snapshot;
    expect(screen).toMatchObject({ status: 'on', track: { contentHint: 'detail' } });
    expect(screenAudio).not.toBeNull();
    devices.tracks[0]?.end();
    expect(media.snapshot.screen).toEqual({ status: 'off', track: null, problem: null });
    expect(media.snapshot.screenAudio).toBeNull();
    expect(devices.live).toEqual([]);
  });

  it('is simply off when nothing was chosen', async () => {
    devices.screen = () =>
      Promise.reject(Object.assign(new Error('Permission denied by user'), { name: 'NotAllowedError' }));
    const media = new BrowserMedia(storage);
    await media.startScreen();
    expect(media.snapshot.screen).toMatchObject({ status: 'off', problem: { code: 'dismissed' } });
  });

  it('is asked for while the click is handled, once', async () => {
    const media = new BrowserMedia(storage);
    const asked = vi.spyOn(devices, 'getDisplayMedia');
    const both = [media.startScreen(), media.startScreen()];
    expect(asked).toHaveBeenCalledTimes(1);
    await Promise.all(both);
  });

  it('that is chosen after the person gave up is not shared', async () => {
    const media = new BrowserMedia(storage);
    const done = media.startScreen();
    media.stopScreen();
    await done;
    expect(media.snapshot.screen.status).toBe('off');
    expect(devices.live).toEqual([]);
  });
});

describe('closing', () => {
  it('stops every track, also those that come late, and can be opened again', async () => {
    const media = new BrowserMedia(storage);
    const late = media.open();
    await Promise.resolve();
    media.close();
    await late;
    expect(devices.live).toEqual([]);
    expect(media.snapshot.camera.status).toBe('off');
    await media.open();
    expect(devices.live).toHaveLength(2);
    await media.startScreen();
    media.close();
    expect(devices.live).toEqual([]);
    expect(devices.listening).toBe(0);
  });

  it('meters silence where there is no audio processing', async () => {
    const media = await opened();
    expect(media.microphoneLevel()).toBe(0);
  });
});
