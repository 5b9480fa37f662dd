/** One file that comes from a participant: asks for it, for what is missing after an interruption, and checks it. */
import type { FileTransfer, Problem } from './api.ts';
import type { Environment } from './environment.ts';
import type { FileMessage, FilePiece } from './file-messages.ts';
import { isFinal } from './file-sender.ts';
import type { FileLink } from './file-sender.ts';
import { Sha256 } from './sha256.ts';

/** Pieces are put together to a Blob, which a browser may keep on disk, when they are so many. */
const BLOB_BYTES = 8 << 20;
const CONFIRM_BYTES = 512 << 10;
/** When nothing came for so long something was lost, or the connection is another one. */
const STALL_MS = 4_000;

export class FileReceiver {
  readonly #environment: Environment;
  readonly #link: FileLink;
  #transfer: FileTransfer;
  #run = 0;
  #hash = new Sha256();
  #blobs: Blob[] = [];
  #pieces: Uint8Array<ArrayBuffer>[] = [];
  #pieceBytes = 0;
  #confirmed = 0;
  #stopTimer: (() => void) | null = null;

  constructor(environment: Environment, transfer: FileTransfer, link: FileLink) {
    this.#environment = environment;
    this.#transfer = transfer;
    this.#link = link;
  }

  get transfer(): FileTransfer {
    return this.#transfer;
  }

  accept(): void {
    if (this.#transfer.state === 'offered') this.#get();
  }

  decline(): void {
    if (this.#transfer.state === 'offered') this.#finish('declined', 'decline');
  }

  cancel(): void {
    if (!isFinal(this.#transfer)) this.#finish('cancelled', 'cancel');
  }

  /** The participant has left. */
  abandon(): void {
    if (!isFinal(this.#transfer)) this.#fail(SENDER_LEFT);
  }

  /** @param reachable whether the sender is */
  handleChange(reachable: boolean): void {
    const { state } = this.#transfer;
    if (state === 'active' && !reachable) {
      this.#stop();
      this.#update({ state: 'waiting' });
    } else if (state === 'waiting' && reachable) this.#get();
  }

  handle(message: FileMessage): void {
    if (isFinal(this.#transfer)) return;
    if (message.type === 'cancel') this.#finish('cancelled', null);
    else if (message.type === 'end' && message.run === this.#run) this.#end(message.sha256);
  }

  handlePiece({ run, offset, bytes }: FilePiece): void {
    const { state, size, bytes: before } = this.#transfer;
    if (state !== 'active' || run !== this.#run) return;
    if (offset !== before || bytes.length === 0 || before + bytes.length > size) {
      // Something is missing: whatever follows in this run is worth nothing.
      this.#get();
      return;
    }
    this.#hash.update(bytes);
    this.#pieces.push(bytes);
    this.#pieceBytes += bytes.length;
    if (this.#pieceBytes >= BLOB_BYTES) this.#pack();
    const now = before + bytes.length;
    this.#expect();
    if (now - this.#confirmed >= CONFIRM_BYTES || now === size) {
      this.#confirmed = now;
      this.#link.tell(this.#transfer.participant, { type: 'have', id: this.#transfer.id, offset: now });
      this.#update({ bytes: now });
    } else this.#transfer = { ...this.#transfer, bytes: now };
  }

  #get(): void {
    const { id, participant, bytes } = this.#transfer;
    this.#run++;
    this.#confirmed = bytes;
    const asked = this.#link.tell(participant, { type: 'get', id, offset: bytes, run: this.#run });
    this.#expect();
    this.#update({ state: asked ? 'active' : 'waiting' });
  }

  #expect(): void {
    this.#stop();
    this.#stopTimer = this.#environment.setTimer(() => {
      this.#stopTimer = null;
      if (!isFinal(this.#transfer)) this.#get();
    }, STALL_MS);
  }

  #stop(): void {
    this.#stopTimer?.();
    this.#stopTimer = null;
  }

  #pack(): void {
    this.#blobs.push(new Blob(this.#pieces));
    this.#pieces = [];
    this.#pieceBytes = 0;
  }

  #end(sha256: string): void {
    const { id, participant, size, bytes } = this.#transfer;
    if (bytes < size) {
      this.#get();
      return;
    }
    if (this.#hash.hex() !== sha256) {
      this.#link.tell(participant, { type: 'cancel', id });
      this.#fail(CHANGED);
      return;
    }
    this.#pack();
    // The sender's word for what it is is not believed: the page never shows it as anything.
    const blob = new Blob(this.#blobs, { type: 'application/octet-stream' });
    this.#clear();
    this.#link.tell(participant, { type: 'done', id });
    this.#update({ state: 'done', blob });
  }

  #fail(problem: Problem): void {
    this.#clear();
    this.#update({ state: 'failed', problem });
  }

  #finish(state: 'declined' | 'cancelled', word: 'decline' | 'cancel' | null): void {
    if (word !== null) this.#link.tell(this.#transfer.participant, { type: word, id: this.#transfer.id });
    this.#clear();
    this.#update({ state });
  }

  #clear(): void {
    this.#stop();
    this.#blobs = [];
    this.#pieces = [];
    this.#hash = new Sha256();
  }

  #update(change: Partial<FileTransfer>): void {
    this.#transfer = { ...this.#transfer, ...change };
    this.#link.onChange();
  }
}

const SENDER_LEFT: Problem = {
  code: 'file-sender-left',
  message: 'The other person has left before the file was complete.',
  hint: 'Ask them to send it again.',
};

const CHANGED: Problem = {
  code: 'file-changed',
  message: 'The file arrived, but not as it was sent.',
  hint: 'It may have been changed while it was sent. Ask for it again.',
};
