/** Problems that the client itself finds, in the words a person reads. */
import type { Problem } from './api.ts';

export const UNREACHABLE: Problem = {
  code: 'server-unreachable',
  message: 'The server cannot be reached.',
  hint: 'Check the network and the address, then try again.',
};

export const TOPOLOGY_UNAVAILABLE: Problem = {
  code: 'topology-unavailable',
  message: 'One picture of everybody, mixed by the server, is not available in this version.',
  hint: 'The call shows everybody in a picture of their own instead.',
};

/** The server's own words for an offer to it have the same code. */
export const SFU_UNAVAILABLE: Problem = {
  code: 'sfu-unavailable',
  message: 'This server cannot carry calls.',
  hint: 'The call goes directly between the participants instead.',
};

export const CHAT_TOO_LONG: Problem = {
  code: 'chat-too-long',
  message: 'This message is too long to send.',
  hint: 'Split it into parts of at most 4000 characters.',
};

export const NAME_INVALID: Problem = {
  code: 'name-invalid',
  message: 'This name cannot be used.',
  hint: 'Use 1 to 64 characters.',
};

export function mediaPathFailed(name: string): Problem {
  return {
    code: 'media-path-failed',
    message: `No audio or video can be exchanged with ${name}.`,
    hint: 'A firewall may be in the way. The page keeps trying; another network may help.',
  };
}

export const SERVER_PATH_FAILED: Problem = mediaPathFailed('the server');

/** What the WebSocket close code says when the server's own words did not arrive; null when a new try makes sense. */
export function problemOfCloseCode(code: number): Problem | null {
  return CLOSE_CODES[code] ?? null;
}

/** Codes of `closing` and of errors before `joined` after which trying again changes nothing. */
export function endsSession(code: string): boolean {
  return FINAL_CODES.has(code);
}

const FINAL_CODES: ReadonlySet<string> = new Set([
  'bad-message',
  'version-unsupported',
  'join-expected',
  'already-joined',
  'room-name-invalid',
  'name-invalid',
  'room-full',
  'token-missing',
  'token-invalid',
  'token-expired',
  'session-taken-over',
]);

const CLOSE_CODES: Readonly<Record<number, Problem>> = {
  4400: {
    code: 'bad-message',
    message: 'The server did not understand this page.',
    hint: 'Reload the page to get the current version.',
  },
  4401: {
    code: 'token-invalid',
    message: 'This link is not valid, or no longer.',
    hint: 'Ask for a new link.',
  },
  4403: {
    code: 'room-full',
    message: 'This room is full.',
    hint: 'Wait until somebody leaves, or use another room.',
  },
  4409: {
    code: 'session-taken-over',
    message: 'This call goes on in another tab.',
    hint: 'Return to that tab, or take the call back here.',
  },
};
