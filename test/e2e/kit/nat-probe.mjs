/**
 * Tells what a translator does, after RFC 4787: `node nat-probe.mjs reflect ADDRESS…` answers at port 3478 of the
 * first address, at 3479 of it too, at 3478 of the second, and of a third that is of IPv6; `node nat-probe.mjs ask ADDRESS ADDRESS` prints what it found
 * as JSON, `node nat-probe.mjs count ADDRESS NUMBER BYTES` how many of so many datagrams were answered, and in which time.
 * Datagrams are JSON.
 */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';

const PORT = 3478;
const PATIENCE_MS = 700;
const TRIES = 3;

async function bind(port, address) {
  const socket = createSocket(address?.includes(':') ? 'udp6' : 'udp4');
  socket.bind(port, address);
  await once(socket, 'listening');
  return socket;
}

/** Answers whoever asks with the address it came from, by the socket it asked for. */
async function reflect(first, second, sixth) {
  const sockets = { here: await bind(PORT, first), port: await bind(PORT + 1, first), address: await bind(PORT, second) };
  if (sixth) sockets.sixth = await bind(PORT, sixth);
  for (const socket of Object.values(sockets)) {
    socket.on('message', (message, { address, port }) => {
      const { id, by, padding } = JSON.parse(message);
      (by === 'here' ? socket : sockets[by]).send(JSON.stringify({ id, address, port, padding }), port, address);
    });
  }
  console.log('ready');
}

/** @returns {Promise<{address: string, port: number} | null>} null without an answer */
async function ask(socket, address, port, by) {
  const id = Math.random();
  for (let n = 0; n < TRIES; n++) {
    socket.send(JSON.stringify({ id, by }), port, address);
    const answer = await new Promise((resolve) => {
      const late = setTimeout(() => finish(null), PATIENCE_MS);
      const hear = (message) => JSON.parse(message).id === id && finish(JSON.parse(message));
      const finish = (heard) => {
        clearTimeout(late);
        socket.off('message', hear);
        resolve(heard);
      };
      socket.on('message', hear);
    });
    if (answer) return answer;
  }
  return null;
}

async function probe(first, second) {
  const socket = await bind(0);
  const seen = await ask(socket, first, PORT, 'here');
  if (!seen) return { reached: false };
  const local = socket.address().port;
  // Filtering before anything was sent to the others.
  const fromOtherAddress = await ask(socket, first, PORT, 'address');
  const fromOtherPort = await ask(socket, first, PORT, 'port');
  const atOtherPort = await ask(socket, first, PORT + 1, 'here');
  const atOtherAddress = await ask(socket, second, PORT, 'here');
  const same = (other) => other !== null && other.address === seen.address && other.port === seen.port;
  return {
    reached: true,
    address: seen.address,
    keepsPort: seen.port === local,
    mapping: same(atOtherPort) && same(atOtherAddress) ? 'endpoint-independent' : 'address-and-port-dependent',
    filtering: fromOtherAddress ? 'endpoint-independent' : fromOtherPort ? 'address-dependent' : 'address-and-port-dependent',
  };
}

/** One each millisecond, so that no buffer on the way overflows. */
async function count(address, number, bytes) {
  const socket = await bind(0, address.includes(':') ? '::' : '0.0.0.0');
  const began = Date.now();
  let answered = 0;
  let lastMs = 0;
  socket.on('message', () => {
    answered++;
    lastMs = Date.now() - began;
  });
  socket.on('error', () => {});
  for (let id = 0; id < number; id++) {
    socket.send(JSON.stringify({ id, by: 'here', padding: 'x'.repeat(bytes) }), PORT, address, () => {});
    await pause(1);
  }
  while (answered < number && Date.now() - began < lastMs + number + 2 * PATIENCE_MS) await pause(20);
  return { answered, lastMs };
}

const [what, first, second, third] = process.argv.slice(2);
if (what === 'reflect') {
  await reflect(first, second, third);
} else {
  console.log(JSON.stringify(await (what === 'ask' ? probe(first, second) : count(first, Number(second), Number(third)))));
  process.exit(0);
}
