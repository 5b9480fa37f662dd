/**
 * The data channels of one PeerConnection, by what they are: label, protocol and reliability. Each side sends by a channel
 * that it opens when it first has something to send, and listens on those of both sides.
 */
import type { Payload } from './data-envelope.ts';

/** What makes channels of different connections the same to a room. */
export interface ChannelSpec {
  readonly label: string;
  readonly protocol: string;
  readonly ordered: boolean;
  readonly maxRetransmits: number | null;
  readonly maxPacketLifeTime: number | null;
}

export function keyOf(spec: ChannelSpec): string {
  const { label, protocol, ordered, maxRetransmits, maxPacketLifeTime } = spec;
  return JSON.stringify([label, protocol, ordered, maxRetransmits, maxPacketLifeTime]);
}

export function isReliable(spec: ChannelSpec): boolean {
  return spec.maxRetransmits === null && spec.maxPacketLifeTime === null;
}

export interface ChannelSetHooks {
  /** @param key of the channel's spec */
  onMessage(key: string, data: string | ArrayBuffer): void;
  /** What waits has fallen, or a channel has closed. */
  onDrained(): void;
}

/** Beyond this nothing more is taken: the path is stuck, or the sender does not look at what waits. */
const MAX_BUFFERED_BYTES = 8 << 20;
/** An unreliable message is worth nothing when it comes late. */
const MAX_STALE_BYTES = 256 << 10;
const LOW_BYTES = 256 << 10;
/** Messages that wait for their channel to open. */
const MAX_EARLY = 256;
/** Of the other side: it cannot make us keep more. */
const MAX_INCOMING = 256;

interface Outgoing {
  readonly channel: RTCDataChannel;
  early: Payload[];
}

export class ChannelSet {
  readonly #pc: RTCPeerConnection;
  readonly #hooks: ChannelSetHooks;
  readonly #outgoing = new Map<string, Outgoing>();
  readonly #incoming = new Set<RTCDataChannel>();

  constructor(pc: RTCPeerConnection, hooks: ChannelSetHooks) {
    this.#pc = pc;
    this.#hooks = hooks;
    pc.ondatachannel = ({ channel }) => this.#adopt(channel);
  }

  /** @returns whether it was taken */
  send(spec: ChannelSpec, data: Payload): boolean {
    const out = this.#outgoing.get(keyOf(spec)) ?? this.#open(spec);
    if (out === null) return false;
    const { channel } = out;
    if (channel.readyState === 'connecting' && isReliable(spec) && out.early.length < MAX_EARLY) {
      out.early.push(data);
      return true;
    }
    if (channel.readyState !== 'open') return false;
    if (channel.bufferedAmount > (isReliable(spec) ? MAX_BUFFERED_BYTES : MAX_STALE_BYTES)) return false;
    return deliver(channel, data);
  }

  /** Bytes that wait to be sent. */
  buffered(spec: ChannelSpec): number {
    const out = this.#outgoing.get(keyOf(spec));
    if (out === undefined) return 0;
    return out.channel.bufferedAmount + out.early.reduce((sum, data) => sum + data.length, 0);
  }

  close(): void {
    this.#pc.ondatachannel = null;
    for (const { channel } of this.#outgoing.values()) silence(channel);
    for (const channel of this.#incoming) silence(channel);
    this.#outgoing.clear();
    this.#incoming.clear();
  }

  #open(spec: ChannelSpec): Outgoing | null {
    const { label, protocol, ordered, maxRetransmits, maxPacketLifeTime } = spec;
    const key = keyOf(spec);
    let channel: RTCDataChannel;
    try {
      channel = this.#pc.createDataChannel(label, {
        protocol,
        ordered,
        ...(maxRetransmits === null ? {} : { maxRetransmits }),
        ...(maxPacketLifeTime === null ? {} : { maxPacketLifeTime }),
      });
    } catch {
      return null;
    }
    const out: Outgoing = { channel, early: [] };
    this.#outgoing.set(key, out);
    channel.bufferedAmountLowThreshold = LOW_BYTES;
    channel.onbufferedamountlow = () => this.#hooks.onDrained();
    channel.onopen = () => {
      const { early } = out;
      out.early = [];
      for (const data of early) deliver(channel, data);
      this.#hooks.onDrained();
    };
    channel.onclose = () => {
      if (this.#outgoing.get(key) === out) this.#outgoing.delete(key);
      this.#hooks.onDrained();
    };
    this.#listen(channel, key);
    return out;
  }

  #adopt(channel: RTCDataChannel): void {
    if (this.#incoming.size >= MAX_INCOMING) {
      channel.close();
      return;
    }
    this.#incoming.add(channel);
    channel.onclose = () => this.#incoming.delete(channel);
    this.#listen(channel, keyOf(channel));
  }

  #listen(channel: RTCDataChannel, key: string): void {
    channel.binaryType = 'arraybuffer';
    channel.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (typeof data === 'string' || data instanceof ArrayBuffer) this.#hooks.onMessage(key, data);
    };
  }
}

function deliver(channel: RTCDataChannel, data: Payload): boolean {
  try {
    // The overloads do not take a union.
    if (typeof data === 'string') channel.send(data);
    else channel.send(data);
    return true;
  } catch {
    return false;
  }
}

function silence(channel: RTCDataChannel): void {
  channel.onopen = channel.onclose = channel.onmessage = channel.onbufferedamountlow = null;
  channel.close();
}
