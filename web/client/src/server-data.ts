/**
 * The data channels with the server: every message is in an envelope that says whom it is for, or whom it is from. The
 * channel that is there from the beginning carries chat, and who can be reached.
 */
import type { ChannelSpec } from './channel-set.ts';
import { ChannelSet } from './channel-set.ts';
import { readEnvelope, textOf, writeEnvelope } from './data-envelope.ts';
import type { Payload } from './data-envelope.ts';
import type { PeerChat } from './protocol.ts';
import { parsePeerChat } from './protocol-parse.ts';

export interface ServerDataHooks {
  onChat(from: string, chat: PeerChat): void;
  onData(from: string, key: string, data: Payload): void;
  /** The server did not hand on something that was sent by the channel; JSON. */
  onProblem(key: string, text: string): void;
  /** Who can be reached has changed, or there is room to send again. */
  onChange(): void;
}

/** Beyond this the path is stuck. */
const MAX_BUFFERED_BYTES = 1_000_000;
/** As many as the largest room has. */
const MAX_REACHABLE = 1_000;

export class ServerData {
  readonly #hooks: ServerDataHooks;
  readonly #control: RTCDataChannel;
  readonly #channels: ChannelSet;
  readonly #reachable = new Set<string>();

  constructor(pc: RTCPeerConnection, hooks: ServerDataHooks) {
    this.#hooks = hooks;
    this.#control = pc.createDataChannel('stoa', { negotiated: true, id: 0, protocol: 'stoa.chat.1' });
    this.#control.binaryType = 'arraybuffer';
    this.#control.onopen = () => hooks.onChange();
    this.#control.onclose = () => this.#lose();
    this.#control.onmessage = ({ data }: MessageEvent<unknown>) => this.#handleControl(data);
    this.#channels = new ChannelSet(pc, {
      onMessage: (key, data) => this.#handle(key, data),
      onDrained: () => hooks.onChange(),
    });
  }

  /** @param participant whom a message reaches that is sent now */
  reaches(participant: string): boolean {
    return this.#isOpen && this.#reachable.has(participant);
  }

  /** To everybody. @returns whether it was taken */
  sendChat(chat: PeerChat): boolean {
    if (!this.#isOpen) return false;
    try {
      this.#control.send(writeEnvelope('', JSON.stringify(chat)));
      return true;
    } catch {
      return false;
    }
  }

  /** @param to empty: everybody @returns whether it was taken */
  send(spec: ChannelSpec, data: Payload, to: string): boolean {
    if (!this.#isOpen || (to !== '' && !this.#reachable.has(to))) return false;
    return this.#channels.send(spec, writeEnvelope(to, data));
  }

  buffered(spec: ChannelSpec): number {
    return this.#channels.buffered(spec);
  }

  handleLeft(participant: string): void {
    this.#reachable.delete(participant);
  }

  close(): void {
    this.#control.onopen = this.#control.onclose = this.#control.onmessage = null;
    this.#control.close();
    this.#channels.close();
  }

  get #isOpen(): boolean {
    return this.#control.readyState === 'open' && this.#control.bufferedAmount < MAX_BUFFERED_BYTES;
  }

  #lose(): void {
    this.#reachable.clear();
    this.#hooks.onChange();
  }

  #handleControl(data: unknown): void {
    const envelope = data instanceof ArrayBuffer ? readEnvelope(data) : null;
    if (envelope === null) return;
    const { kind, participant, payload } = envelope;
    switch (kind) {
      case 'reachable':
        if (this.#reachable.size < MAX_REACHABLE) this.#reachable.add(participant);
        this.#hooks.onChange();
        break;
      case 'unreachable':
        this.#reachable.delete(participant);
        this.#hooks.onChange();
        break;
      case 'text': {
        const parsed = parsePeerChat(textOf(payload));
        if (parsed.ok) this.#hooks.onChat(participant, parsed.message);
        break;
      }
      case 'binary':
      case 'problem':
        break;
    }
  }

  #handle(key: string, data: string | ArrayBuffer): void {
    const envelope = typeof data === 'string' ? null : readEnvelope(data);
    if (envelope === null) return;
    const { kind, participant, payload } = envelope;
    if (kind === 'problem') this.#hooks.onProblem(key, textOf(payload));
    else if (kind === 'text') this.#hooks.onData(participant, key, textOf(payload));
    else if (kind === 'binary') this.#hooks.onData(participant, key, payload);
  }
}
