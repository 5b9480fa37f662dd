/** A client of the signaling protocol without a page: it may be as rude as it likes. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import WebSocket from 'ws';
import { until } from './wait.mjs';

export const MEDIA = { microphone: false, camera: false, screen: false };

export const joinMessage = (room, name = 'Raw', more = {}) => ({
  type: 'join', version: 1, room, name, instance: randomUUID(), media: MEDIA, ...more,
});

export class RawClient {
  /** Everything that came, parsed. */
  messages = [];
  /** How it ended: {code, reason}, or null while open. */
  closed = null;
  #taken = 0;

  /** @param {string} wsUrl */
  constructor(wsUrl, options = {}) {
    this.socket = new WebSocket(wsUrl, { perMessageDeflate: false, ...options });
    this.socket.on('message', (data) => this.messages.push(JSON.parse(data.toString())));
    this.socket.on('close', (code, reason) => (this.closed = { code, reason: reason.toString() }));
    this.socket.on('error', (error) => (this.error = error));
  }

  static async open(wsUrl, options) {
    const client = new RawClient(wsUrl, options);
    await once(client.socket, 'open');
    return client;
  }

  /** Opens a connection and joins. */
  static async join(wsUrl, room, name, more) {
    const client = await RawClient.open(wsUrl);
    client.send(joinMessage(room, name, more));
    client.joined = await client.next('joined');
    return client;
  }

  /** @param {object | string | Buffer} message objects become JSON, everything else goes as it is */
  send(message) {
    const plain = typeof message === 'string' || Buffer.isBuffer(message);
    this.socket.send(plain ? message : JSON.stringify(message));
  }

  /** The next message of this type that was not taken yet. */
  async next(type, { timeout = 5_000, where = () => true } = {}) {
    return until(
      `a message ${type}`,
      () => {
        for (let at = this.#taken; at < this.messages.length; at++) {
          if (this.messages[at].type !== type || !where(this.messages[at])) continue;
          this.#taken = at + 1;
          return this.messages[at];
        }
        if (this.closed) throw new Error(`closed with ${this.closed.code} after ${JSON.stringify(this.messages.at(-1))}`);
        return null;
      },
      { timeout, every: 10 },
    );
  }

  async nextClose({ timeout = 5_000 } = {}) {
    return until('the connection closing', () => this.closed, { timeout, every: 10 });
  }

  close() {
    this.socket.terminate();
  }
}

/**
 * Joins over a bare TCP connection and then reads no more, as a frozen machine would.
 *
 * @returns {Promise<{socket: import('node:net').Socket, ended: () => Promise<void>}>}
 */
export async function joinAndNeverRead(port, room, name) {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  await once(socket, 'connect');
  socket.write(
    `GET /ws HTTP/1.1\r\nHost: localhost:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
      'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
  );
  await once(socket, 'data');
  const payload = Buffer.from(JSON.stringify(joinMessage(room, name)));
  const mask = Buffer.from([1, 2, 3, 4]);
  const header = Buffer.from([0x81, 0x80 | 126, payload.length >> 8, payload.length & 0xff]);
  socket.write(Buffer.concat([header, mask, payload.map((byte, n) => byte ^ mask[n % 4])]));
  await once(socket, 'data'); // joined
  socket.pause();
  /** Reads on, and waits for the server to have ended the connection. */
  const ended = async () => {
    socket.resume();
    await until('the end of the connection', () => socket.closed || socket.readableEnded, { timeout: 20_000 });
  };
  return { socket, ended };
}
