/** Calls through the server with peers that are neither ours nor a browser's: GStreamer's webrtcbin, and webrtc-java. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { describe } from 'node:test';
import { expectVideoCodec } from '../kit/codecs.mjs';
import { WEBRTC_JAVA } from '../kit/foreign-peer.mjs';
import { TwoCables, noNamespaces } from '../kit/network.mjs';
import {
  expectAllSeeAll, expectAvatar, expectGone, expectMuteBadge, expectNoPicture, expectNoTone, expectPicture,
  expectSeesAndHears, expectTone, participantOf,
} from '../kit/observe.mjs';
import { scenario } from '../kit/stage.mjs';
import { SFU, expectThroughServer } from '../kit/through-server.mjs';
import { until } from '../kit/wait.mjs';

const small = { viewport: { width: 640, height: 420 } };

describe('a peer made of GStreamer', () => {
  scenario('calls Chromium through the server: pictures and tones both ways', async (stage, t) => {
    const server = await stage.server();
    const [ada, gstreamer] = await Promise.all([stage.chromium(small), stage.gstreamer()]);
    await Promise.all([ada.enter(server.url, 'peers', SFU), gstreamer.enter(server.url, 'peers')]);
    await expectAllSeeAll([ada, gstreamer]);
    await expectThroughServer(ada, server);
    t.diagnostic(gstreamer.negotiated());
  });

  for (const codec of ['VP9', 'H264']) {
    scenario(
      `speaks ${codec} with Chromium`,
      async (stage, t) => {
        const { url } = await stage.server();
        const videoCodec = `video/${codec}`;
        const [ada, gstreamer] = await Promise.all([
          stage.chromium({ ...small, videoCodec }),
          stage.gstreamer({ sends: codec }),
        ]);
        await Promise.all([ada.enter(url, 'peers', SFU), gstreamer.enter(url, 'peers')]);
        await expectAllSeeAll([ada, gstreamer]);
        await expectVideoCodec(ada, videoCodec);
        assert.deepEqual(new Set(gstreamer.received.values()), new Set(['OPUS', codec]));
        t.diagnostic(gstreamer.negotiated());
      },
      { quick: false },
    );
  }

  scenario(
    'mutes and goes, and so does Chromium: the slots are empty then',
    async (stage) => {
      const { url } = await stage.server();
      const [ada, gstreamer] = await Promise.all([stage.chromium(small), stage.gstreamer()]);
      await Promise.all([ada.enter(url, 'peers', SFU), gstreamer.enter(url, 'peers')]);
      await expectAllSeeAll([ada, gstreamer]);
      const [idAda, id] = [await participantOf(gstreamer, ada), await participantOf(ada, gstreamer)];

      gstreamer.turn({ microphone: false });
      await expectMuteBadge(ada, id, true);
      await expectNoTone(ada, id, gstreamer.sender.hz);
      await expectPicture(ada, id, gstreamer.sender.id);
      gstreamer.turn({ camera: false });
      await expectAvatar(ada, id);
      await expectNoPicture(ada, id);
      await expectTone(ada, id, gstreamer.sender.hz);
      gstreamer.turn({});
      await expectSeesAndHears(ada, gstreamer);

      await ada.click('toggle-mic');
      await expectMuteBadge(gstreamer, idAda, true);
      await expectNoTone(gstreamer, idAda, ada.sender.hz);
      await ada.click('toggle-mic');
      await ada.click('toggle-camera');
      await expectNoPicture(gstreamer, idAda);
      await ada.click('toggle-camera');
      await expectSeesAndHears(gstreamer, ada);

      await ada.click('leave');
      await expectGone(gstreamer, ada);
      await until('no slot in use at the peer', () => Object.keys(gstreamer.slots).length === 0);
      await ada.clickOn('button:has-text("Rejoin")');
      await ada.waitForShown('[data-testid="leave"]');
      await expectAllSeeAll([ada, gstreamer]);

      await gstreamer.leave();
      await expectGone(ada, gstreamer);
    },
    { quick: false },
  );

  scenario(
    'answers the key frame request of a Chromium that comes late, and sees it',
    async (stage) => {
      const { url } = await stage.server();
      const [ada, gstreamer, late] = await Promise.all([stage.chromium(small), stage.gstreamer(), stage.chromium(small)]);
      await Promise.all([ada.enter(url, 'peers', SFU), gstreamer.enter(url, 'peers')]);
      await expectAllSeeAll([ada, gstreamer]);
      const before = gstreamer.keyFrameRequests;
      await late.enter(url, 'peers', SFU);
      await expectAllSeeAll([ada, gstreamer, late], { timeout: 30_000 });
      assert.ok(gstreamer.keyFrameRequests > before, `${gstreamer.keyFrameRequests} key frames were asked for in all`);
    },
    { quick: false },
  );
});

describe('a peer made of webrtc-java', () => {
  scenario(
    'calls Chromium through the server, from another machine: pictures both ways, its tone, and it goes',
    async (stage, t) => {
      // libwebrtc leaves loopback out: it needs a cable.
      const cables = new TwoCables();
      stage.onClose(() => cables.remove());
      const server = await stage.server({ namespace: cables.far, flags: ['--open'] });
      const [ada, java] = await Promise.all([
        stage.chromium({ ...small, namespace: cables.far }),
        stage.webrtcJava({ namespace: cables.near }),
      ]);
      await ada.enter(server.url, 'peers', SFU);
      await java.enter(`http://${cables.serverAddress}:${server.port}`, 'peers');
      await expectSeesAndHears(ada, java, { timeout: 30_000 });
      await expectPicture(java, await participantOf(java, ada), ada.sender.id);
      await expectThroughServer(ada, server);
      t.diagnostic(java.negotiated());
      await java.leave();
      await expectGone(ada, java);
    },
    { quick: false, skip: noNamespaces() || (existsSync(WEBRTC_JAVA) ? false : 'test/webrtc-java is not built: it is for Linux on x86-64') },
  );
});
