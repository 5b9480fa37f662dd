/**
 * Layers through the server: who looks at a small tile gets a small picture, who looks away none, and what nobody looks at
 * is not even encoded.
 */
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { expectVideoCodec, knowsCodec } from '../kit/codecs.mjs';
import { expectQuiet, expectSent, expectWidth, film, hide, receivedBy, sentBy, showAt, uplinkOf } from '../kit/layers.mjs';
import { expectPicture, expectTone, participantOf } from '../kit/observe.mjs';
import { scenario } from '../kit/stage.mjs';
import { SFU, expectThroughServer } from '../kit/through-server.mjs';
import { until } from '../kit/wait.mjs';

const HD = { width: 1280, height: 720 };
const TILE = { width: 160, height: 90 };
const LARGE = { viewport: { width: 1280, height: 720 } };

/** The longest time without another picture: at 15 a second 200 ms are a freeze to see, and a busy machine gets half as much again. */
const MAX_GAP_MS = 300;
const MAX_CHANGE_MS = 1_000;

/** Ada, with a large camera, at Boris’, who looks at her in full screen. */
async function meet(stage, t, codec, { open = 'chromium', capture = HD } = {}) {
  const server = await stage.server();
  const ada = await stage[open]({ capture, viewport: { width: 480, height: 360 } });
  const mimeType = `video/${codec.toUpperCase()}`;
  if (!(await knowsCodec(ada, mimeType))) return t.skip(`this ${ada.engine} has no ${codec}`);
  const boris = await stage.chromium(LARGE);
  for (const person of [ada, boris]) await person.enter(server.url, 'layers', { ...SFU, codec });
  const id = await participantOf(boris, ada);
  await showAt(boris, id, HD);
  await expectPicture(boris, id, ada.sender.id, { timeout: 30_000 });
  await expectTone(boris, id, ada.sender.hz);
  for (const person of [ada, boris]) await expectThroughServer(person, server);
  return { server, ada, boris, id, mimeType };
}

const bytesOf = (person, id) => async () => (await receivedBy(person, id)).bytes;
const bytesSentBy = (person) => async () => (await sentBy(person)).reduce((sum, { bytes }) => sum + bytes, 0);

/**
 * From full screen to a tile and back: another layer comes within a second of the larger size, and the picture never stands
 * still.
 *
 * @param {number} least width of the picture in the small tile
 * @param {number} most width of the picture in full screen
 */
async function shrinkAndGrow({ boris, ada, id }, least, most, t) {
  await expectWidth(boris, id, most, { timeout: 30_000 });
  const shrinking = await film(boris, id, ada.sender, async () => {
    await showAt(boris, id, TILE);
    await expectWidth(boris, id, least);
    await expectPicture(boris, id, ada.sender.id);
  });
  const uplink = await uplinkOf(ada);
  const growing = await film(boris, id, ada.sender, async () => {
    await showAt(boris, id, HD);
    await expectWidth(boris, id, most);
    await expectPicture(boris, id, ada.sender.id);
  });
  const changedMs = growing.msTo((width) => width > least);
  t.diagnostic(
    `smaller after ${shrinking.msTo((width) => width === least)} ms, longest gap ${shrinking.gapMs} ms; ` +
      `larger after ${changedMs} ms, the largest after ${growing.msTo((width) => width === most)} ms, ` +
      `longest gap ${growing.gapMs} ms; the sender’s uplink was thought to be ${uplink} kbit/s`,
  );
  for (const { gapMs, freezes } of [shrinking, growing]) {
    assert.equal(freezes, 0, 'the browser counted a freeze');
    assert.ok(gapMs <= MAX_GAP_MS, `the picture stood still for ${gapMs} ms`);
  }
  assert.ok(changedMs <= MAX_CHANGE_MS, `a larger picture came after ${changedMs} ms`);
}

describe('layers through the server', () => {
  scenario('in VP8: a tile that grows, one that is hidden, and what nobody sees is not made', async (stage, t) => {
    const call = await meet(stage, t, 'vp8');
    const { ada, boris, id } = call;
    await shrinkAndGrow(call, 320, 1280, t);

    await showAt(boris, id, TILE);
    await expectWidth(boris, id, 320);
    await expectSent(ada, ['l']);

    await hide(boris, id);
    await expectQuiet('no byte of a hidden tile', bytesOf(boris, id));
    await expectQuiet('nothing is made that nobody sees', bytesSentBy(ada));
    await expectTone(boris, id, ada.sender.hz);

    const keyFrames = async () => (await sentBy(ada)).reduce((sum, each) => sum + each.keyFrames, 0);
    const before = await keyFrames();
    await showAt(boris, id, TILE);
    await expectPicture(boris, id, ada.sender.id);
    await expectWidth(boris, id, 320);
    assert.ok((await keyFrames()) - before <= 4, `${(await keyFrames()) - before} key frames to begin again`);
  });

  scenario(
    'in H.264: the same',
    async (stage, t) => {
      const call = await meet(stage, t, 'h264');
      if (call === undefined) return;
      await shrinkAndGrow(call, 320, 1280, t);
      await expectVideoCodec(call.ada, call.mimeType);
      await showAt(call.boris, call.id, TILE);
      await expectWidth(call.boris, call.id, 320);
      await expectSent(call.ada, ['l']);
      await hide(call.boris, call.id);
      await expectQuiet('nothing is made that nobody sees', bytesSentBy(call.ada));
    },
    { quick: false },
  );

  // Two spatial layers: three of 720 lines are more than two cores encode in AV1 while they decode them.
  for (const codec of ['vp9', 'av1']) {
    scenario(
      `in ${codec.toUpperCase()}: the same with the layers of one stream`,
      async (stage, t) => {
        const call = await meet(stage, t, codec, { capture: { width: 640, height: 360 } });
        if (call === undefined) return;
        const { ada, boris, id, mimeType } = call;
        await shrinkAndGrow(call, 320, 640, t);
        await expectVideoCodec(ada, mimeType);
        await showAt(boris, id, TILE);
        await expectWidth(boris, id, 320);
        await until('one layer is made', async () => {
          const [{ width, mode }] = await sentBy(ada);
          if (width !== 320 || mode !== 'L1T3') throw new Error(`${width} ${mode}`);
          return true;
        });
        await hide(boris, id);
        await expectQuiet('no byte of a hidden tile', bytesOf(boris, id));
        await expectQuiet('nothing is made that nobody sees', bytesSentBy(ada));
        await showAt(boris, id, HD);
        await expectPicture(boris, id, ada.sender.id);
        await expectWidth(boris, id, 640);
      },
      { quick: false },
    );
  }

  scenario(
    'of Firefox, in VP8',
    async (stage, t) => {
      const call = await meet(stage, t, 'vp8', { open: 'firefox' });
      const { ada, boris, id } = call;
      await shrinkAndGrow(call, 320, 1280, t);
      await showAt(boris, id, TILE);
      await expectSent(ada, ['l']);
      await hide(boris, id);
      await expectQuiet('nothing is made that nobody sees', bytesSentBy(ada));
    },
    { quick: false },
  );

  scenario(
    'give two people two sizes of the same picture at the same time',
    async (stage, t) => {
      const { server, ada, boris, id } = await meet(stage, t, 'vp8');
      await expectWidth(boris, id, 1280, { timeout: 30_000 });
      const chiara = await stage.chromium({ viewport: { width: 400, height: 300 } });
      await chiara.enter(server.url, 'layers', SFU);
      const hers = await participantOf(chiara, ada);
      await showAt(chiara, hers, TILE);
      const { widths } = await film(boris, id, ada.sender, async () => {
        await expectWidth(chiara, hers, 320);
        await expectPicture(chiara, hers, ada.sender.id);
      });
      assert.deepEqual(widths, [1280], 'Boris’ picture stays as it is');
      await expectSent(ada, ['h', 'l']);
    },
    { quick: false },
  );
});
