/** Why a camera, microphone or screen cannot be used, in plain words, for Chrome, Firefox and Safari alike. */
import type { MediaProblem, MediaProblemCode } from './api.ts';

export type MediaSource = 'camera' | 'microphone' | 'screen';

/**
 * @param error what getUserMedia or getDisplayMedia rejected with, or undefined when `navigator.mediaDevices` is missing
 * @param source what was asked for
 */
export function explainMediaError(error: unknown, source: MediaSource): MediaProblem {
  return mediaProblem(codeOf(error, source), source);
}

export function mediaProblem(code: MediaProblemCode, source: MediaSource): MediaProblem {
  const words = source === 'screen' ? SCREEN_WORDS[code] : undefined;
  const { message, hint } = words ?? WORDS[code];
  const named = (text: string): string => text.replaceAll('{source}', source);
  return { code, message: named(message), hint: named(hint) };
}

function codeOf(error: unknown, source: MediaSource): MediaProblemCode {
  if (error === undefined) return 'insecure-page';
  const { name, message } = describe(error);
  switch (name) {
    case 'NotAllowedError':
    case 'PermissionDeniedError': // Chrome before 62
      return refusal(message, source);
    case 'SecurityError': // switched off for the page by policy, or by the browser's settings
      return 'blocked';
    case 'NotFoundError':
    case 'DevicesNotFoundError':
      // Firefox says NotFoundError also when the system hides the devices: it looks the same to a person.
      return 'missing';
    case 'NotReadableError':
    case 'TrackStartError':
      // Chrome for macOS and Android name the system here.
      return /permission|system/i.test(message) && !/in use/i.test(message) ? 'blocked-by-system' : 'in-use';
    case 'AbortError': // Firefox: "Starting videoinput failed", most often because another program holds it
      return source === 'screen' ? 'failed' : 'in-use';
    case 'OverconstrainedError':
    case 'ConstraintNotSatisfiedError':
      return 'constraints';
    case 'NotSupportedError':
      return 'unsupported';
    case 'TypeError':
      // `mediaDevices` or one of its functions is undefined.
      return /undefined|not a function|null/i.test(message) ? 'insecure-page' : 'unsupported';
    case 'InvalidStateError': // Safari and Firefox: the page is not in front, or nobody clicked
      return 'dismissed';
    default:
      return 'failed';
  }
}

function refusal(message: string, source: MediaSource): MediaProblemCode {
  if (/by system|by the system|operating system/i.test(message)) return 'blocked-by-system';
  if (/dismissed/i.test(message)) return 'dismissed';
  // A screen is asked for each time: a refusal is the Cancel button, unless a policy forbids it.
  if (source === 'screen') return /policy/i.test(message) ? 'blocked' : 'dismissed';
  return 'blocked';
}

/** Errors of another frame are no `instanceof Error`. */
function describe(error: unknown): { name: string; message: string } {
  if (typeof error !== 'object' || error === null) return { name: '', message: '' };
  const { name, message } = error as { name?: unknown; message?: unknown };
  return { name: typeof name === 'string' ? name : '', message: typeof message === 'string' ? message : '' };
}

interface Words {
  readonly message: string;
  readonly hint: string;
}

const WORDS: Readonly<Record<MediaProblemCode, Words>> = {
  'insecure-page': {
    message: 'The browser gives the {source} only to secure pages.',
    hint: 'Open this page with https://, or on the computer that runs the server as http://localhost.',
  },
  blocked: {
    message: 'The {source} is blocked for this page.',
    hint: 'Click the icon beside the address, allow the {source}, and try again.',
  },
  'blocked-by-system': {
    message: 'The operating system does not let the browser use the {source}.',
    hint: 'Allow the {source} for the browser in the privacy settings of the system, then try again.',
  },
  dismissed: {
    message: 'The browser asked for the {source} and got no answer.',
    hint: 'Try again and choose “Allow”.',
  },
  missing: {
    message: 'No {source} was found.',
    hint: 'Plug one in; it is noticed by itself. You can join without.',
  },
  'in-use': {
    message: 'The {source} cannot be started; another program may be using it.',
    hint: 'Close other programs that use the {source}, then try again.',
  },
  unsupported: {
    message: 'This browser cannot use the {source} here.',
    hint: 'Use a current version of Chrome, Edge, Firefox or Safari.',
  },
  constraints: {
    message: 'The chosen {source} cannot be used.',
    hint: 'Choose another one.',
  },
  unplugged: {
    message: 'The {source} was unplugged.',
    hint: 'Plug it in again, or choose another one.',
  },
  failed: {
    message: 'The {source} could not be started.',
    hint: 'Try again; if it stays like this, restart the browser.',
  },
};

const SCREEN_WORDS: Readonly<Partial<Record<MediaProblemCode, Words>>> = {
  'insecure-page': {
    message: 'The browser shares screens only from secure pages.',
    hint: 'Open this page with https://, or on the computer that runs the server as http://localhost.',
  },
  blocked: {
    message: 'Screen sharing is blocked for this page.',
    hint: 'Ask whoever manages this browser to allow it.',
  },
  'blocked-by-system': {
    message: 'The operating system does not let the browser record the screen.',
    hint: 'Allow screen recording for the browser in the privacy settings of the system, then restart the browser.',
  },
  dismissed: { message: 'No screen was chosen.', hint: 'Try again and choose what to share.' },
  missing: { message: 'There is no screen to share.', hint: 'Try again, or share from another device.' },
  unsupported: {
    message: 'This browser cannot share a screen.',
    hint: 'Use Chrome, Edge, Firefox or Safari on a computer.',
  },
  'in-use': { message: 'The screen cannot be recorded now.', hint: 'Close other programs that record the screen.' },
  failed: { message: 'The screen could not be shared.', hint: 'Try again, or share a single window or tab.' },
};
