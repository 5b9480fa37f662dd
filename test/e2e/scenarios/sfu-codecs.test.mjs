/** Each video codec through the server, forced upon both sides. */
import { describe } from 'node:test';
import { expectVideoCodec, knowsCodec } from '../kit/codecs.mjs';
import { expectAllSeeAll } from '../kit/observe.mjs';
import { scenario } from '../kit/stage.mjs';
import { SFU, expectThroughServer } from '../kit/through-server.mjs';

const small = { viewport: { width: 640, height: 420 } };

async function callWith(videoCodec, stage, t, engines) {
  const server = await stage.server();
  const people = await Promise.all(engines.map((engine) => stage[engine]({ ...small, videoCodec })));
  for (const person of people) {
    if (!(await knowsCodec(person, videoCodec))) return t.skip(`this ${person.engine} has no ${videoCodec}`);
  }
  for (const person of people) await person.enter(server.url, 'codec', SFU);
  await expectAllSeeAll(people, { timeout: 40_000 });
  for (const person of people) {
    await expectVideoCodec(person, videoCodec);
    await expectThroughServer(person, server);
  }
}

describe('through the server', () => {
  for (const codec of ['VP9', 'VP8', 'AV1']) {
    scenario(
      `Chromium and Firefox see each other in ${codec}`,
      (stage, t) => callWith(`video/${codec}`, stage, t, ['chromium', 'firefox']),
      { quick: codec === 'VP9' },
    );
  }

  scenario(
    'two Chromiums see each other in H.264',
    (stage, t) => callWith('video/H264', stage, t, ['chromium', 'chromium']),
    { quick: false },
  );
});
