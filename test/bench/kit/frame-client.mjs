/**
 * A WebSocket client for load generators: text frames only, each masked with a key of its own and written by itself, as
 * a browser does. It does less than a full client, so that the generator needs less of the machine than the server.
 */
import { createHash, randomBytes, randomFillSync } from 'node:crypto';
import { connect } from 'node:net';

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const MAX_HEADER = 8;
const [TEXT, CLOSE, PING, PONG] = [0x81, 0x88, 0x89, 0x8a]; // each the only frame of its message
const keys = new Int32Array(4096);
let nextKey = keys.length;

function maskingKey() {
  if (nextKey === keys.length) {
    randomFillSync(keys);
    nextKey = 0;
  }
  return keys[nextKey++];
}

// The payload begins at a multiple of four, so that it is masked four bytes at a time.
const scratch = Buffer.alloc(128 * 1024);
const words = new Int32Array(scratch.buffer, scratch.byteOffset, scratch.length / 4);

/** @param {string} text ASCII only */
function frame(text, opcode = TEXT) {
  const { length } = text;
  const header = length < 126 ? 6 : 8;
  scratch.latin1Write(text, MAX_HEADER, length);
  const key = maskingKey();
  for (let n = MAX_HEADER >> 2, end = (MAX_HEADER + length + 3) >> 2; n < end; n++) words[n] ^= key;
  scratch.writeInt32LE(key, 4);
  const start = MAX_HEADER - header;
  scratch[start] = opcode;
  if (length < 126) {
    scratch[start + 1] = 0x80 | length;
  } else {
    scratch[start + 1] = 0x80 | 126;
    scratch.writeUInt16BE(length, start + 2);
  }
  return Buffer.from(scratch.subarray(start, MAX_HEADER + length)); // a copy: the socket may keep it
}

export class FrameClient {
  #socket;
  #rest = null;
  #onText;

  /** Resolves with an open connection; `onText` gets the text of each message, `onEnd` why it ended. */
  static open(port, onText, onEnd) {
    return new Promise((resolve, reject) => {
      const key = randomBytes(16).toString('base64');
      const socket = connect({ host: '127.0.0.1', port, noDelay: true });
      const client = new FrameClient(socket, onText);
      let head = Buffer.alloc(0);
      const onHead = (data) => {
        head = Buffer.concat([head, data]);
        const end = head.indexOf('\r\n\r\n');
        if (end < 0) return;
        const text = head.toString('latin1', 0, end);
        const accept = createHash('sha1').update(key + GUID).digest('base64');
        if (!text.startsWith('HTTP/1.1 101') || !text.includes(accept)) {
          reject(new Error(`not upgraded: ${text.split('\r\n')[0]}`));
          socket.destroy();
          return;
        }
        socket.off('data', onHead).on('data', (chunk) => client.#read(chunk));
        if (head.length > end + 4) client.#read(head.subarray(end + 4));
        resolve(client);
      };
      socket.on('data', onHead);
      socket.once('error', (error) => {
        reject(error);
        onEnd(error.message);
      });
      socket.once('close', () => onEnd('closed'));
      socket.write(
        `GET /ws HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nOrigin: http://127.0.0.1:${port}\r\n` +
          'User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36\r\n' +
          'Pragma: no-cache\r\nCache-Control: no-cache\r\nAccept-Encoding: gzip, deflate, br, zstd\r\n' +
          'Accept-Language: en-US,en;q=0.9\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
          `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n` +
          'Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n\r\n',
      );
    });
  }

  constructor(socket, onText) {
    this.#socket = socket;
    this.#onText = onText;
  }

  send(text) {
    this.#socket.write(frame(text));
  }

  /** Ends the connection once all is sent. */
  end() {
    this.#socket.end();
  }

  #read(chunk) {
    const data = this.#rest === null ? chunk : Buffer.concat([this.#rest, chunk]);
    let at = 0;
    while (data.length - at >= 2) {
      let length = data[at + 1];
      let payload = at + 2;
      if (length === 126) {
        if (data.length - at < 4) break;
        length = data.readUInt16BE(at + 2);
        payload = at + 4;
      } else if (length === 127) {
        if (data.length - at < 10) break;
        length = Number(data.readBigUInt64BE(at + 2));
        payload = at + 10;
      }
      if (data.length - payload < length) break;
      // What is expected is a text message in one frame; a close frame is followed by the end of the connection.
      if (data[at] === TEXT) this.#onText(data.utf8Slice(payload, payload + length));
      else if (data[at] === PING) this.#socket.write(frame(data.latin1Slice(payload, payload + length), PONG));
      else if (data[at] !== CLOSE) throw new Error(`an unexpected frame: ${data[at].toString(16)}`);
      at = payload + length;
    }
    this.#rest = at === data.length ? null : Buffer.from(data.subarray(at));
  }
}
