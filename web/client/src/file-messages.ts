/**
 * What the two sides of a file say to each other, over an ordered and reliable channel (docs/PROTOCOL.md, "Files").
 *
 * The receiver leads: `get` says from where on it wants the file, at first and whenever something is missing, and begins a
 * new run; pieces of earlier runs are late and worth nothing. `have` lets the sender go on: what it has sent and is not
 * confirmed is bounded, so that nothing on the way has to hold a whole file.
 */

export type FileMessage =
  | { readonly type: 'offer'; readonly id: string; readonly name: string; readonly size: number }
  | { readonly type: 'get'; readonly id: string; readonly offset: number; readonly run: number }
  | { readonly type: 'have'; readonly id: string; readonly offset: number }
  | { readonly type: 'end'; readonly id: string; readonly run: number; readonly sha256: string }
  | { readonly type: 'done'; readonly id: string }
  | { readonly type: 'decline'; readonly id: string }
  | { readonly type: 'cancel'; readonly id: string };

export interface FilePiece {
  readonly id: string;
  readonly run: number;
  readonly offset: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** 1 TB: where numbers are still exact, and far beyond what a page can hold. */
const MAX_SIZE = 2 ** 40;
const MAX_ID_LENGTH = 64;
const MAX_NAME_LENGTH = 255;
const MAX_MESSAGE_LENGTH = 4_096;
const HEADER_BYTES = 1 + 4 + 8;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export function writePiece({ id, run, offset, bytes }: FilePiece): Uint8Array<ArrayBuffer> {
  const name = encoder.encode(id);
  const message = new Uint8Array(HEADER_BYTES + name.length + bytes.length);
  const view = new DataView(message.buffer);
  view.setUint8(0, name.length);
  message.set(name, 1);
  view.setUint32(1 + name.length, run);
  view.setFloat64(5 + name.length, offset);
  message.set(bytes, HEADER_BYTES + name.length);
  return message;
}

export function readPiece(message: Uint8Array<ArrayBuffer>): FilePiece | null {
  const length = message[0] ?? 0;
  if (message.length < HEADER_BYTES + length || length > MAX_ID_LENGTH) return null;
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  return {
    id: decoder.decode(message.subarray(1, 1 + length)),
    run: view.getUint32(1 + length),
    offset: view.getFloat64(5 + length),
    bytes: message.subarray(HEADER_BYTES + length),
  };
}

/** @returns null for what is none */
export function readFileMessage(text: string): FileMessage | null {
  if (text.length > MAX_MESSAGE_LENGTH) return null;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null) return null;
  const { type, id, name, size, offset, run, sha256 } = value as Record<string, unknown>;
  if (typeof id !== 'string' || id.length === 0 || id.length > MAX_ID_LENGTH) return null;
  switch (type) {
    case 'offer':
      return typeof name === 'string' && isCount(size) ? { type, id, name: plainName(name), size } : null;
    case 'get':
      return isCount(offset) && isCount(run) ? { type, id, offset, run } : null;
    case 'have':
      return isCount(offset) ? { type, id, offset } : null;
    case 'end':
      return isCount(run) && typeof sha256 === 'string' ? { type, id, run, sha256 } : null;
    case 'done':
    case 'decline':
    case 'cancel':
      return { type, id };
    default:
      return null;
  }
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MAX_SIZE;
}

/** A name for people and for a download: never a path, and nothing that turns what is read around. */
export function plainName(name: string): string {
  const last = name.split(/[/\\]/).at(-1) ?? '';
  // eslint-disable-next-line no-control-regex
  const plain = last.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069<>:"|?*]/g, '_').trim();
  const safe = plain.replace(/^\.+/, '_').slice(0, MAX_NAME_LENGTH);
  return safe === '' ? 'file' : safe;
}
