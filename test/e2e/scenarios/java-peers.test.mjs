/** Java programs on our own stack in a room with browsers: examples/room-peer. */
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { PERIOD } from '../kit/block-code.mjs';
import { picturesIn, toneIn } from '../kit/java-peers.mjs';
import { expectNoTone, expectPicture, expectTone, participantOf } from '../kit/observe.mjs';
import { scenario } from '../kit/stage.mjs';
import { SFU, expectThroughServer } from '../kit/through-server.mjs';

const JAVA = 8;
const HEARD = 3;
/** What the first three say of their sound, and the others: the server lets the three loudest be heard. */
const [LOUD, SOFT] = [2, 70];
const PATIENT = { timeout: 30_000 };

/** Not too much at once: two cores decode these files. */
async function each(list, judge) {
  const waiting = [...list];
  const worker = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await judge(next);
  };
  await Promise.all([worker(), worker()]);
}

/** Everybody's picture is there, everybody's own and moving, and the sounds are of whom they are said to be. */
async function expectSaved(files, others, listener) {
  const senderOf = new Map(others.map(({ name, sender }) => [name, sender]));
  const seen = new Set();
  const heard = new Set();
  await each(files, async ({ path, name, source, codec }) => {
    const sender = senderOf.get(name);
    assert.ok(sender, `${listener} saved something of ${name}`);
    if (source === 'microphone') {
      const tone = await toneIn(path);
      if (tone.seconds < 1) return; // Its place was soon taken by somebody louder.
      assert.ok(Math.abs(tone.hz - sender.hz) < 15, `${listener} saved ${tone.hz} Hz as the sound of ${name}, ${sender.hz} Hz`);
      heard.add(name);
      return;
    }
    assert.equal(codec, 'VP8');
    const pictures = await picturesIn(path);
    const good = pictures.filter((picture) => !('reject' in picture));
    const story = `${listener} saved ${pictures.length} pictures of ${name}: ${JSON.stringify(pictures.slice(0, 5))} …`;
    assert.ok(good.length >= 20, story);
    assert.ok(good.every(({ id }) => id === sender.id), story);
    const steps = good.slice(1).map(({ counter }, n) => (counter - good[n].counter + PERIOD) % PERIOD);
    assert.ok(steps.every((step) => step < PERIOD / 2), `${story}, steps ${steps}`);
    assert.ok(steps.filter((step) => step > 0).length >= good.length / 2, `${story}, steps ${steps}`);
    seen.add(name);
  });
  assert.deepEqual([...seen].sort(), [...senderOf.keys()].sort(), `pictures saved by ${listener}`);
  return heard;
}

describe('Java peers', () => {
  scenario(
    'join as eight of ten within two seconds; all see the nine others, hear the loudest, and save it',
    async (stage, t) => {
      const server = await stage.server();
      const small = { viewport: { width: 800, height: 600 } };
      const browsers = await Promise.all([stage.chromium(small), stage.chromium(small)]);
      const java = await stage.javaPeers(JAVA, {
        levels: Array.from({ length: JAVA }, (_, n) => (n < HEARD ? LOUD : SOFT)),
      });
      await Promise.all([
        ...browsers.map((person) => person.openLobby(server.url, 'ten', SFU)),
        java.prepare(server.url, 'ten'),
      ]);
      const began = Date.now();
      await Promise.all([java.join(), ...browsers.map((person) => person.join())]);
      const everybody = [...browsers, ...java.all];

      for (const viewer of browsers) {
        for (const shown of everybody) {
          if (shown === viewer) continue;
          await expectPicture(viewer, await participantOf(viewer, shown, PATIENT), shown.sender.id, PATIENT);
        }
      }
      const seen = Date.now() - began;
      for (const viewer of browsers) {
        await expectThroughServer(viewer, server);
        const ids = await Promise.all(java.all.map((shown) => participantOf(viewer, shown)));
        for (const [n, shown] of java.all.entries()) {
          if (n < HEARD) await expectTone(viewer, ids[n], shown.sender.hz, PATIENT);
        }
        await Promise.all(
          java.all.slice(HEARD).map((shown, n) => expectNoTone(viewer, ids[HEARD + n], shown.sender.hz)),
        );
      }

      const joined = everybody.map(({ name }) => java.firstSawAt(name) - began);
      t.diagnostic(`ten joined within ${Math.max(...joined)} ms of the word; all nine pictures at both browsers ${seen} ms after it`);
      assert.ok(Math.max(...joined) <= 2_000, `${joined}`);

      await java.leave();
      for (const [n, { name }] of java.all.entries()) {
        const others = everybody.filter((other) => other.name !== name);
        const heard = await expectSaved(java.saved(n), others, name);
        const loud = java.all.slice(0, HEARD).filter((other) => other.name !== name);
        for (const { name: who } of loud) assert.ok(heard.has(who), `${name} has heard ${who}; it heard ${[...heard]}`);
      }
    },
    { seconds: 150 },
  );
});
