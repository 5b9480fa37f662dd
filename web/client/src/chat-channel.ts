/** The data channel of one connection, agreed on without negotiation: id 0, label `stoa`, protocol `stoa.chat.1`. */
import type { PeerChat } from './protocol.ts';
import { parsePeerChat } from './protocol-parse.ts';

/** Beyond this the path is stuck and the message goes over the room instead. */
const MAX_BUFFERED_BYTES = 1_000_000;
/** A chat of 4 000 characters, escaped, is shorter. */
const MAX_TEXT_LENGTH = 65_536;

export class ChatChannel {
  readonly #channel: RTCDataChannel;

  constructor(pc: RTCPeerConnection, onChat: (chat: PeerChat) => void, onChange: () => void) {
    this.#channel = pc.createDataChannel('stoa', { negotiated: true, id: 0, protocol: 'stoa.chat.1' });
    this.#channel.onopen = onChange;
    this.#channel.onclose = onChange;
    this.#channel.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (typeof data !== 'string' || data.length > MAX_TEXT_LENGTH) return;
      const parsed = parsePeerChat(data);
      if (parsed.ok) onChat(parsed.message);
    };
  }

  get isOpen(): boolean {
    return this.#channel.readyState === 'open' && this.#channel.bufferedAmount < MAX_BUFFERED_BYTES;
  }

  /** @returns whether it was handed to the channel */
  send(chat: PeerChat): boolean {
    if (!this.isOpen) return false;
    try {
      this.#channel.send(JSON.stringify(chat));
      return true;
    } catch {
      return false;
    }
  }

  close(): void {
    this.#channel.onopen = this.#channel.onclose = this.#channel.onmessage = null;
    this.#channel.close();
  }
}
