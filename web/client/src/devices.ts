/** Which devices there are, and which were chosen last time. */
import type { DeviceChoice, LocalMediaSnapshot } from './api.ts';
import type { TextStorage } from './environment.ts';
import { readText, writeText } from './session-memory.ts';

export type DeviceLists = LocalMediaSnapshot['devices'];
export type Selection = LocalMediaSnapshot['selected'];

export const NO_DEVICES: DeviceLists = { cameras: [], microphones: [], speakers: [] };

const KEY = 'stoa.devices';
const MAX_DEVICES = 64;

/** @param canChooseOutput whether the browser has `setSinkId` */
export function listDevices(infos: readonly MediaDeviceInfo[], canChooseOutput: boolean): DeviceLists {
  return {
    cameras: choices(infos, 'videoinput', 'Camera'),
    microphones: choices(infos, 'audioinput', 'Microphone'),
    speakers: canChooseOutput ? choices(infos, 'audiooutput', 'Speaker') : [],
  };
}

/** Before the permission is given browsers name neither id nor label: such an entry cannot be chosen. */
function choices(infos: readonly MediaDeviceInfo[], kind: MediaDeviceKind, noun: string): readonly DeviceChoice[] {
  return infos
    .filter((each) => each.kind === kind && each.deviceId !== '')
    .slice(0, MAX_DEVICES)
    .map(({ deviceId, label }, index) => ({ deviceId, label: label === '' ? `${noun} ${String(index + 1)}` : label }));
}

export function restoreSelection(storage: TextStorage | null): Selection {
  const none: Selection = { camera: null, microphone: null, speaker: null };
  try {
    const stored: unknown = JSON.parse(readText(storage, KEY) ?? 'null');
    if (typeof stored !== 'object' || stored === null) return none;
    const { camera, microphone, speaker } = stored as Record<string, unknown>;
    return { camera: idOrNull(camera), microphone: idOrNull(microphone), speaker: idOrNull(speaker) };
  } catch {
    return none;
  }
}

export function rememberSelection(storage: TextStorage | null, selection: Selection): void {
  writeText(storage, KEY, JSON.stringify(selection));
}

function idOrNull(value: unknown): string | null {
  return typeof value === 'string' && value.length > 0 && value.length <= 512 ? value : null;
}
