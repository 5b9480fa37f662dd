/** Data channels between browsers and our own stack: examples/echo-peer sends back what comes. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { after, describe, test } from 'node:test';
import { closeChromiums, openChromium, openFirefox } from '../kit/browsers.mjs';
import { ROOT } from '../kit/server.mjs';
import { until } from '../kit/wait.mjs';

const ALL = process.env.E2E_MATRIX === 'all';
const MESSAGES = 2000;

/** @param {string} offer @returns {Promise<{answer: string, exited: Promise<number>, kill: () => void}>} */
async function startEcho(offer) {
  const java = `${process.env.JAVA_HOME}/bin/java`;
  const child = spawn(java, ['-jar', `${ROOT}examples/echo-peer/target/echo-peer.jar`], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exited = new Promise((resolve) => child.once('exit', resolve));
  let text = '';
  child.stdout.setEncoding('utf8');
  child.stdout.on('data', (chunk) => (text += chunk));
  child.stdin.write(`${offer}.\n`);
  await until('an answer of the echo peer', () => text.endsWith('.\n'));
  return { answer: text.slice(0, -2), exited, kill: () => child.kill() };
}

/** In the page: the connection, the channels, and what came. */
async function offerInPage() {
  const connection = new RTCPeerConnection();
  const came = {};
  const watch = (channel) => {
    channel.binaryType = 'arraybuffer';
    const log = (came[channel.label] = { channel, messages: [], closed: false });
    channel.onmessage = ({ data }) => log.messages.push(data);
    channel.onclose = () => (log.closed = true);
  };
  watch(connection.createDataChannel('ordered', { protocol: 'echo.1' }));
  watch(connection.createDataChannel('unordered', { ordered: false, maxRetransmits: 0 }));
  watch(connection.createDataChannel('bulk'));
  connection.ondatachannel = ({ channel }) => watch(channel);
  window.__data = { connection, came };
  await connection.setLocalDescription();
  await new Promise((resolve) => {
    if (connection.iceGatheringState === 'complete') resolve();
    connection.onicegatheringstatechange = () => connection.iceGatheringState === 'complete' && resolve();
  });
  return connection.localDescription.sdp;
}

for (const [engine, open] of [
  ['Chromium', openChromium],
  ['Firefox', openFirefox],
]) {
  describe(`data channels with ${engine}`, { skip: engine === 'Firefox' && !ALL ? 'in the full matrix' : false }, () => {
    after(closeChromiums);

    test('text, bytes, thousands in order, large ones, both sides close', async (t) => {
      const person = await open({ name: engine, sender: { id: 1, hz: 440 }, ownMedia: false });
      t.after(() => person.close());
      const echo = await startEcho(await person.evaluate(offerInPage));
      t.after(echo.kill);
      await person.evaluate((sdp) => window.__data.connection.setRemoteDescription({ type: 'answer', sdp }), echo.answer);
      await until('all channels are open', () =>
        person.evaluate(() => Object.values(window.__data.came).every(({ channel }) => channel.readyState === 'open')),
      );

      await until('the greeting by a channel of the other side', () =>
        person.evaluate(() => window.__data.came.greeting?.messages[0] === 'hello'),
      );

      const texts = ['grüezi 👋', '', 'x'.repeat(60_000)];
      await person.evaluate((all) => all.forEach((text) => window.__data.came.ordered.channel.send(text)), texts);
      await until('the texts come back', () => person.evaluate(() => window.__data.came.ordered.messages.length === 3));
      assert.deepEqual(await person.evaluate(() => window.__data.came.ordered.messages), texts);

      await person.evaluate((count) => {
        const { channel, messages } = window.__data.came.ordered;
        messages.length = 0;
        for (let i = 0; i < count; i++) channel.send(`message ${i}`);
      }, MESSAGES);
      await until(`${MESSAGES} messages come back`, () =>
        person.evaluate((count) => window.__data.came.ordered.messages.length === count, MESSAGES),
      );
      assert.deepEqual(
        await person.evaluate(() => window.__data.came.ordered.messages),
        Array.from({ length: MESSAGES }, (_, i) => `message ${i}`),
      );

      const bulk = await person.evaluate(async () => {
        const { channel, messages } = window.__data.came.bulk;
        const sizes = [0, 1, 1200, 65_536, 262_144];
        const sent = sizes.map((size, seed) => Uint8Array.from({ length: size }, (_, i) => (i * 31 + seed) & 255));
        sent.forEach((bytes) => channel.send(bytes));
        const began = performance.now();
        while (messages.length < sent.length && performance.now() - began < 20_000)
          await new Promise((resolve) => channel.addEventListener('message', resolve, { once: true }));
        const same = (one, other) => one.byteLength === other.length && other.every((byte, i) => byte === new Uint8Array(one)[i]);
        return sent.map((bytes, i) => same(messages[i], bytes));
      });
      assert.deepEqual(bulk, [true, true, true, true, true]);

      const rate = await person.evaluate(async () => {
        const { channel, messages } = window.__data.came.bulk;
        messages.length = 0;
        const began = performance.now();
        for (let i = 0; i < 64; i++) channel.send(new Uint8Array(65_536));
        while (messages.length < 64) await new Promise((resolve) => channel.addEventListener('message', resolve, { once: true }));
        return (64 * 65_536 * 2) / 1e6 / ((performance.now() - began) / 1000);
      });
      t.diagnostic(`4 MiB there and back: ${rate.toFixed(1)} MB/s`);

      await person.evaluate(() => window.__data.came.unordered.channel.send('lossy'));
      await until('the unordered one comes back', () =>
        person.evaluate(() => window.__data.came.unordered.messages[0] === 'lossy'),
      );

      await person.evaluate(() => window.__data.came.ordered.channel.close());
      await until('the channel is closed on both sides', () => person.evaluate(() => window.__data.came.ordered.closed));
      const again = await person.evaluate(async () => {
        const channel = window.__data.connection.createDataChannel('again');
        await new Promise((resolve) => (channel.onopen = resolve));
        const answered = new Promise((resolve) => (channel.onmessage = ({ data }) => resolve(data)));
        channel.send('once more');
        return answered;
      });
      assert.equal(again, 'once more');

      await person.evaluate(() => window.__data.connection.close());
      assert.equal(await echo.exited, 0);
    });
  });
}
