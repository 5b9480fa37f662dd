/** The SHA-256 of a file that may be larger than memory. */
import { Sha256 } from './sha256.ts';

const READ_BYTES = 1 << 20;

export async function readAt(file: Blob, offset: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await file.slice(offset, offset + length).arrayBuffer());
}

export async function hashOf(file: Blob): Promise<string> {
  const hash = new Sha256();
  for (let offset = 0; offset < file.size; offset += READ_BYTES) hash.update(await readAt(file, offset, READ_BYTES));
  return hash.hex();
}
