/** Asks the browser for tracks: constraints, and nothing else. */

export interface Captured {
  readonly camera: MediaStreamTrack | null;
  readonly microphone: MediaStreamTrack | null;
}

/** A device: `preferred` lets the browser take another one when it is gone, `exact` does not. */
export interface DeviceWish {
  readonly deviceId: string | null;
  readonly exact: boolean;
}

export const ANY_DEVICE: DeviceWish = { deviceId: null, exact: false };

/**
 * @param camera which camera, or null for none
 * @param microphone which microphone, or null for none
 * @throws what the browser rejects with; undefined when it has no `mediaDevices`, as on plain-http pages
 */
export async function capture(camera: DeviceWish | null, microphone: DeviceWish | null): Promise<Captured> {
  const stream = await mediaDevices().getUserMedia({
    video: camera === null ? false : cameraConstraints(camera),
    audio: microphone === null ? false : microphoneConstraints(microphone),
  });
  const [videoTrack = null] = stream.getVideoTracks();
  const [audioTrack = null] = stream.getAudioTracks();
  // Faces move: when the uplink is thin, fewer pixels are better than fewer pictures.
  hint(videoTrack, 'motion');
  hint(audioTrack, 'speech');
  return { camera: videoTrack, microphone: audioTrack };
}

export interface CapturedScreen {
  readonly video: MediaStreamTrack;
  readonly audio: MediaStreamTrack | null;
}

/** Must be called while a click is being handled. @throws as `capture` */
export async function captureScreen(): Promise<CapturedScreen> {
  // Members that lib.dom does not know yet; browsers ignore those that they do not know either.
  const options: DisplayMediaStreamOptions & Readonly<Record<string, unknown>> = {
    video: { frameRate: { ideal: 30 } },
    audio: {
      echoCancellation: false,
      noiseSuppression: false,
      autoGainControl: false,
      // The voices of the call are part of the system's sound; sent back they would be an echo.
      ...{ restrictOwnAudio: true },
    },
    systemAudio: 'include',
    selfBrowserSurface: 'exclude',
    surfaceSwitching: 'include',
  };
  const stream = await mediaDevices().getDisplayMedia(options);
  const [video] = stream.getVideoTracks();
  const [audio = null] = stream.getAudioTracks();
  if (video === undefined) {
    audio?.stop();
    throw new DOMException('No video came', 'NotFoundError');
  }
  // Text must stay sharp.
  hint(video, 'detail');
  return { video, audio };
}

export function canShareScreen(): boolean {
  return typeof navigator.mediaDevices?.getDisplayMedia === 'function';
}

/** Whether the page may have devices at all: `mediaDevices` is undefined on plain-http pages. */
export function hasMediaDevices(): boolean {
  return (navigator.mediaDevices as MediaDevices | undefined) !== undefined;
}

function mediaDevices(): MediaDevices {
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  // The absence itself is what `explainMediaError` reads.
  if (devices === undefined) throw undefined;
  return devices;
}

function cameraConstraints(wish: DeviceWish): MediaTrackConstraints {
  return { ...device(wish), width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } };
}

function microphoneConstraints(wish: DeviceWish): MediaTrackConstraints {
  return { ...device(wish), echoCancellation: true, noiseSuppression: true, autoGainControl: true };
}

function device({ deviceId, exact }: DeviceWish): MediaTrackConstraints {
  if (deviceId === null) return {};
  return { deviceId: exact ? { exact: deviceId } : { ideal: deviceId } };
}

function hint(track: MediaStreamTrack | null, content: string): void {
  if (track !== null && 'contentHint' in track) track.contentHint = content;
}
