/** The files of a room: offers, transfers both ways, and what is shown of them. */
import type { FileTransfer, Problem, RoomChannel } from './api.ts';
import type { Environment } from './environment.ts';
import { hashOf } from './file-hash.ts';
import { plainName, readFileMessage, readPiece, writePiece } from './file-messages.ts';
import type { FileMessage } from './file-messages.ts';
import { FileReceiver } from './file-receiver.ts';
import { FileSender, isFinal } from './file-sender.ts';
import type { FileLink } from './file-sender.ts';
import type { RoomChannels } from './room-channels.ts';
import type { Roster } from './roster.ts';

export interface RoomFilesHooks {
  onChange(files: readonly FileTransfer[]): void;
  onProblem(problem: Problem): void;
}

/** Progress is shown so often at most. */
const SHOW_EVERY_MS = 100;
/** Offers of one participant that are neither accepted nor at an end: a hostile page cannot fill this one. */
const MAX_OPEN_OFFERS = 20;
const MAX_SHOWN = 100;

export class RoomFiles {
  readonly #environment: Environment;
  readonly #roster: Roster;
  readonly #hooks: RoomFilesHooks;
  readonly #channel: RoomChannel;
  readonly #link: FileLink;
  /** By id and participant: one offer goes to several. In the order in which they are shown. */
  readonly #transfers = new Map<string, FileSender | FileReceiver>();
  #stopShowing: (() => void) | null = null;

  constructor(environment: Environment, roster: Roster, channels: RoomChannels, hooks: RoomFilesHooks) {
    this.#environment = environment;
    this.#roster = roster;
    this.#hooks = hooks;
    this.#channel = channels.open('stoa.files', { protocol: 'stoa.files.1' });
    this.#link = {
      tell: (to, message) => this.#channel.send(JSON.stringify(message), to),
      sendPiece: (to, piece) => this.#channel.send(writePiece(piece), to),
      bufferedAmount: (to) => this.#channel.bufferedAmount(to),
      onChange: () => this.#showSoon(),
    };
    this.#channel.onMessage(({ from, data }) => {
      if (typeof data === 'string') this.#handle(from, readFileMessage(data));
      else this.#handlePiece(from, data);
    });
    this.#channel.onChange(() => this.#handleChange());
  }

  /** @param to nothing: everybody who is here now */
  send(file: File, to?: string): void {
    const receivers = to === undefined ? this.#roster.participants.map(({ id }) => id) : [to];
    if (receivers.length === 0) {
      this.#hooks.onProblem(NOBODY_HERE);
      return;
    }
    const name = plainName(file.name);
    let hash: Promise<string> | null = null;
    const hashOnce = (): Promise<string> => (hash ??= hashOf(file));
    for (const participant of receivers) {
      // An id of its own for each: nobody who knows one can speak for another.
      const transfer = this.#newTransfer(this.#environment.newId(), 'out', participant, name, file.size);
      const sender = new FileSender(file, hashOnce, transfer, this.#link);
      this.#transfers.set(transfer.id, sender);
      sender.offer();
    }
    this.#show();
  }

  accept(id: string): void {
    const transfer = this.#transfers.get(id);
    if (transfer instanceof FileReceiver) transfer.accept();
  }

  decline(id: string): void {
    const transfer = this.#transfers.get(id);
    if (transfer instanceof FileReceiver) transfer.decline();
  }

  cancel(id: string): void {
    this.#transfers.get(id)?.cancel();
  }

  handleLeft(participant: string): void {
    for (const each of this.#transfers.values()) if (each.transfer.participant === participant) each.abandon();
  }

  close(): void {
    for (const each of this.#transfers.values()) if (!isFinal(each.transfer)) each.cancel();
    this.#stopShowing?.();
    this.#stopShowing = null;
    this.#show();
  }

  #newTransfer(
    id: string,
    direction: FileTransfer['direction'],
    participant: string,
    name: string,
    size: number,
  ): FileTransfer {
    const at = this.#environment.now();
    const person = this.#roster.get(participant)?.name ?? '';
    return {
      id,
      direction,
      participant,
      person,
      name,
      size,
      state: 'offered',
      bytes: 0,
      problem: null,
      blob: null,
      at,
    };
  }

  #handle(from: string, message: FileMessage | null): void {
    if (message === null) return;
    if (message.type === 'offer') {
      this.#handleOffer(from, message.id, message.name, message.size);
      return;
    }
    const known = this.#transfers.get(message.id);
    if (known?.transfer.participant === from) known.handle(message);
    // This page knows nothing of it any more, for example after a reload.
    else if (message.type === 'get') this.#link.tell(from, { type: 'cancel', id: message.id });
  }

  #handleOffer(from: string, id: string, name: string, size: number): void {
    if (this.#transfers.has(id)) return;
    const open = [...this.#transfers.values()].filter(
      ({ transfer }) => transfer.participant === from && transfer.direction === 'in' && transfer.state === 'offered',
    );
    if (open.length >= MAX_OPEN_OFFERS) {
      this.#link.tell(from, { type: 'decline', id });
      return;
    }
    const transfer = this.#newTransfer(id, 'in', from, name, size);
    this.#transfers.set(id, new FileReceiver(this.#environment, transfer, this.#link));
    this.#show();
  }

  #handlePiece(from: string, data: Uint8Array<ArrayBuffer>): void {
    const piece = readPiece(data);
    const known = piece === null ? undefined : this.#transfers.get(piece.id);
    if (piece === null || known?.transfer.participant !== from) return;
    if (known instanceof FileReceiver) known.handlePiece(piece);
  }

  #handleChange(): void {
    for (const each of this.#transfers.values()) each.handleChange(this.#channel.reaches(each.transfer.participant));
  }

  #showSoon(): void {
    this.#stopShowing ??= this.#environment.setTimer(() => {
      this.#stopShowing = null;
      this.#show();
    }, SHOW_EVERY_MS);
  }

  #show(): void {
    for (const [id, { transfer }] of this.#transfers) {
      if (this.#transfers.size <= MAX_SHOWN) break;
      if (isFinal(transfer)) this.#transfers.delete(id);
    }
    this.#hooks.onChange([...this.#transfers.values()].map(({ transfer }) => transfer));
  }
}

const NOBODY_HERE: Problem = {
  code: 'file-nobody-here',
  message: 'There is nobody to send the file to.',
  hint: 'Invite somebody first.',
};
