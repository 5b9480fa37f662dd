/** One file on its way to one participant: reads it piece by piece, as fast as the receiver says that it has them. */
import type { FileTransfer } from './api.ts';
import { readAt } from './file-hash.ts';
import type { FileMessage, FilePiece } from './file-messages.ts';

export interface FileLink {
  /** @returns whether it was taken */
  tell(to: string, message: FileMessage): boolean;
  sendPiece(to: string, piece: FilePiece): boolean;
  bufferedAmount(to: string): number;
  onChange(): void;
}

const PIECE_BYTES = 128 * 1024;
/** Reading asks another process of the browser: better seldom. */
const READ_BYTES = 1 << 20;
/** Sent and not confirmed: what may wait on the way. */
const MAX_AHEAD_BYTES = 2 << 20;
/** More than this waits on this side only when the path is slow. */
const MAX_BUFFERED_BYTES = 1 << 20;

export class FileSender {
  readonly #file: Blob;
  readonly #hash: () => Promise<string>;
  readonly #link: FileLink;
  #transfer: FileTransfer;
  /** Of the receiver's last `get`; 0: none yet. */
  #run = 0;
  #offset = 0;
  /** Whether the receiver, as it is now, has heard of it. */
  #offered = false;
  #pumping = false;
  /** What was read last, and from where. */
  #read: { readonly offset: number; readonly bytes: Uint8Array<ArrayBuffer> } | null = null;

  /** @param hash of the whole file, reckoned once for all receivers */
  constructor(file: Blob, hash: () => Promise<string>, transfer: FileTransfer, link: FileLink) {
    this.#file = file;
    this.#hash = hash;
    this.#transfer = transfer;
    this.#link = link;
  }

  get transfer(): FileTransfer {
    return this.#transfer;
  }

  offer(): void {
    const { id, participant, name, size } = this.#transfer;
    this.#offered = this.#link.tell(participant, { type: 'offer', id, name, size });
  }

  handle(message: FileMessage): void {
    if (isFinal(this.#transfer)) return;
    const { size } = this.#transfer;
    switch (message.type) {
      case 'get':
        if (message.offset > size) return;
        this.#run = message.run;
        this.#offset = message.offset;
        this.#update({ state: 'active', bytes: message.offset });
        void this.#pump();
        break;
      case 'have':
        if (message.offset > this.#offset || message.offset <= this.#transfer.bytes) return;
        this.#update({ state: 'active', bytes: message.offset });
        void this.#pump();
        break;
      case 'done':
        this.#update({ state: 'done', bytes: size });
        break;
      case 'decline':
        this.#update({ state: 'declined' });
        break;
      case 'cancel':
        this.#update({ state: 'cancelled' });
        break;
      case 'offer':
      case 'end':
        break;
    }
  }

  /** There is room to send again, or the receiver came back or went away. */
  handleChange(reachable: boolean): void {
    if (isFinal(this.#transfer)) return;
    if (!reachable) {
      this.#offered = false;
      if (this.#transfer.state === 'active') this.#update({ state: 'waiting' });
    } else if (!this.#offered) this.offer(); // its page may be another one, which knows nothing of it
    void this.#pump();
  }

  cancel(): void {
    if (isFinal(this.#transfer)) return;
    this.#link.tell(this.#transfer.participant, { type: 'cancel', id: this.#transfer.id });
    this.#update({ state: 'cancelled' });
  }

  /** The participant has left. */
  abandon(): void {
    if (!isFinal(this.#transfer)) this.#update({ state: 'failed', problem: RECEIVER_LEFT });
  }

  #update(change: Partial<FileTransfer>): void {
    this.#transfer = { ...this.#transfer, ...change };
    this.#link.onChange();
  }

  get #maySend(): boolean {
    return (
      this.#transfer.state === 'active' &&
      this.#offset - this.#transfer.bytes < MAX_AHEAD_BYTES &&
      this.#link.bufferedAmount(this.#transfer.participant) < MAX_BUFFERED_BYTES
    );
  }

  async #pump(): Promise<void> {
    if (this.#pumping || this.#run === 0) return;
    this.#pumping = true;
    try {
      while (this.#maySend && this.#offset < this.#transfer.size) await this.#sendOne();
      if (this.#transfer.state === 'active' && this.#offset >= this.#transfer.size) await this.#end();
    } catch {
      this.cancel();
      this.#update({ state: 'failed', problem: UNREADABLE });
    } finally {
      this.#pumping = false;
    }
  }

  async #sendOne(): Promise<void> {
    const { id, participant } = this.#transfer;
    const run = this.#run;
    const offset = this.#offset;
    const bytes = await this.#pieceAt(offset);
    // The receiver has asked for something else meanwhile.
    if (run !== this.#run || !this.#maySend) return;
    if (!this.#link.sendPiece(participant, { id, run, offset, bytes })) {
      // It asks again when it can be reached.
      this.#update({ state: 'waiting' });
      return;
    }
    this.#offset = offset + bytes.length;
  }

  async #pieceAt(offset: number): Promise<Uint8Array<ArrayBuffer>> {
    let read = this.#read;
    if (read === null || offset < read.offset || offset >= read.offset + read.bytes.length)
      this.#read = read = { offset, bytes: await readAt(this.#file, offset, READ_BYTES) };
    return read.bytes.subarray(offset - read.offset, offset - read.offset + PIECE_BYTES);
  }

  async #end(): Promise<void> {
    const { id, participant } = this.#transfer;
    const run = this.#run;
    const sha256 = await this.#hash();
    if (run === this.#run && this.#offset >= this.#transfer.size) {
      this.#link.tell(participant, { type: 'end', id, run, sha256 });
      this.#run = 0;
    }
  }
}

export function isFinal({ state }: FileTransfer): boolean {
  return state === 'done' || state === 'declined' || state === 'cancelled' || state === 'failed';
}

const RECEIVER_LEFT = {
  code: 'file-receiver-left',
  message: 'The other person has left.',
  hint: 'Send the file again when they are back.',
};

const UNREADABLE = {
  code: 'file-unreadable',
  message: 'The file cannot be read.',
  hint: 'It may have been moved or changed. Choose it again.',
};
