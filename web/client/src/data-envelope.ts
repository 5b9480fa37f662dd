/**
 * What each message of a data channel with the server begins with (docs/PROTOCOL.md, "Data through the server"): version
 * and kind, the length of a participant's id, the id, then the payload.
 */

const VERSION = 1;
const HEADER_LENGTH = 2;
const MAX_ID_BYTES = 64;
/** The server takes no more in one message. */
export const MAX_PAYLOAD_BYTES = 261_120;

const KINDS = ['binary', 'text', 'problem', 'reachable', 'unreachable'] as const;

export interface Envelope {
  /** The last three come from the server alone. */
  readonly kind: (typeof KINDS)[number];
  /** Whom it is from, or for; empty: everybody. */
  readonly participant: string;
  readonly payload: Uint8Array<ArrayBuffer>;
}

export type Payload = string | Uint8Array<ArrayBuffer>;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** @param to empty: everybody */
export function writeEnvelope(to: string, data: Payload): Uint8Array<ArrayBuffer> {
  const id = encoder.encode(to);
  const payload = typeof data === 'string' ? encoder.encode(data) : data;
  const message = new Uint8Array(HEADER_LENGTH + id.length + payload.length);
  message[0] = (VERSION << 4) | KINDS.indexOf(typeof data === 'string' ? 'text' : 'binary');
  message[1] = id.length;
  message.set(id, HEADER_LENGTH);
  message.set(payload, HEADER_LENGTH + id.length);
  return message;
}

/** @returns null when it is none */
export function readEnvelope(message: ArrayBuffer): Envelope | null {
  const bytes = new Uint8Array(message);
  const [first = 0, length = 0] = bytes;
  const kind = KINDS[first & 0x0f];
  const from = HEADER_LENGTH + length;
  if (first >> 4 !== VERSION || kind === undefined || length > MAX_ID_BYTES || bytes.length < from) return null;
  return { kind, participant: decoder.decode(bytes.subarray(HEADER_LENGTH, from)), payload: bytes.subarray(from) };
}

export function textOf(payload: Uint8Array): string {
  return decoder.decode(payload);
}

export function bytesOf(data: Payload): number {
  return typeof data === 'string' ? encoder.encode(data).length : data.length;
}
