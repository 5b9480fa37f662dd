/** The kit judges a page of its own, first honest, then faulty in each way that the scenarios must notice. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { after, before, describe, it } from 'node:test';
import { closeChromiums, openChromium, openFirefox } from '../kit/browsers.mjs';
import { sender } from '../kit/fake-media.mjs';
import {
  expectAvatar, expectNoPicture, expectNoTone, expectPicture, expectTone, pairsOf, participantOf,
} from '../kit/observe.mjs';

const page = readFileSync(new URL('../kit/selftest-page.html', import.meta.url));

for (const [engine, open] of Object.entries({ Chromium: openChromium, Firefox: openFirefox })) {
  describe(`the kit in ${engine}`, { timeout: 120_000 }, () => {
    const me = sender(0);
    const other = sender(1);
    let server;
    let person;

    before(async () => {
      server = createServer((_, response) => response.setHeader('content-type', 'text/html').end(page));
      await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
      person = await open({ name: 'Ada', sender: me });
      await person.goto(`http://localhost:${server.address().port}/?name=Ada`);
      await person.clickOn('#begin');
    });
    after(async () => {
      await person?.close();
      await closeChromiums();
      server.close();
    });

    const change = (run, argument) => person.evaluate(run, argument);
    const swap = (code) => change(async (text) => new Function(text)(), code);

    it('finds the participant by its name tag', async () => {
      assert.equal(await participantOf(person, person), 'p-1');
    });

    it('reads id, rising counter and tone from an honest call', async () => {
      await expectPicture(person, 'p-1', me.id, { reads: 10 });
      await expectTone(person, 'p-1', me.hz);
    });

    it('goes on hearing the tone after ten seconds of the browser’s noise suppression', async () => {
      const end = Date.now() + 10_000;
      while (Date.now() < end) await expectTone(person, 'p-1', me.hz, { timeout: 2_000 });
      const settings = await change(() => window.audioSettings);
      if (engine === 'Chromium') assert.equal(settings.noiseSuppression, true);
    });

    it('sees which candidates were chosen', async () => {
      const pairs = await pairsOf(person);
      assert.equal(pairs.length, 2);
      for (const { local, remote } of pairs) assert.deepEqual([local.protocol, remote.protocol], ['udp', 'udp']);
    });

    it('does not take the tone of somebody else', async () => {
      await assert.rejects(expectTone(person, 'p-1', other.hz, { timeout: 1_500 }), /does not hear 610 Hz/);
    });

    it('does not take somebody else’s picture', async () => {
      await assert.rejects(expectPicture(person, 'p-1', other.id), /shows sender 29 instead of 163/);
    });

    it('notices that a tone or a picture is still there', async () => {
      await assert.rejects(expectNoTone(person, 'p-1', me.hz, { timeout: 2_500 }), /no 430 Hz/);
      await assert.rejects(expectNoPicture(person, 'p-1', { timeout: 2_500 }), /no picture/);
    });

    it('does not accept an element that nobody can hear', async () => {
      await swap('document.querySelector("video").muted = true');
      await assert.rejects(expectTone(person, 'p-1', me.hz, { timeout: 1_000 }), /heard: .*muted/);
      await swap('const v = document.querySelector("video"); v.muted = false; v.volume = 0');
      await assert.rejects(expectTone(person, 'p-1', me.hz, { timeout: 1_000 }), /heard: .*volume 0/);
      await swap('document.querySelector("video").volume = 1');
      await expectTone(person, 'p-1', me.hz);
    });

    it('does not accept an element that nobody can see', async () => {
      await swap('document.querySelector("figure").style.visibility = "hidden"');
      await assert.rejects(expectPicture(person, 'p-1', me.id, { timeout: 1_000 }), /hidden/);
      await swap('document.querySelector("figure").style.visibility = ""');
    });

    it('does not accept a picture beneath an avatar', async () => {
      await swap(`
        const cover = document.querySelector('figure').appendChild(document.createElement('div'));
        const { top, left } = document.querySelector('video').getBoundingClientRect();
        cover.id = 'cover';
        cover.style = 'position: fixed; width: 320px; height: 180px; background: #135; top: ' + top + 'px; left: ' + left + 'px';`);
      await assert.rejects(expectPicture(person, 'p-1', me.id, { timeout: 1_000 }), /covered/);
      await expectAvatar(person, 'p-1');
      await swap('document.querySelector("#cover").style.background = "rgb(0 0 0 / 40%)"');
      await expectPicture(person, 'p-1', me.id);
      await swap('document.querySelector("#cover").remove()');
    });

    it('does not accept a frozen picture', async () => {
      await swap('document.querySelector("video").pause()');
      await assert.rejects(expectPicture(person, 'p-1', me.id, { timeout: 1_500 }), /paused/);
      await swap('document.querySelector("video").play()');
      await expectPicture(person, 'p-1', me.id);
      await swap(`
        const video = document.querySelector('video');
        const still = document.createElement('canvas');
        [still.width, still.height] = [video.videoWidth, video.videoHeight];
        still.getContext('2d').drawImage(video, 0, 0);
        window.live = video.srcObject;
        video.srcObject = new MediaStream([...still.captureStream().getVideoTracks(), ...window.live.getAudioTracks()]);
        return video.play();`);
      await assert.rejects(expectPicture(person, 'p-1', me.id, { timeout: 2_000 }), /no moving picture/);
      await swap('document.querySelector("video").srcObject = window.live');
      await expectPicture(person, 'p-1', me.id);
    });

    it('does not accept silence or a black picture', async () => {
      await swap('for (const track of window.stream.getTracks()) track.enabled = false');
      await expectNoTone(person, 'p-1', me.hz);
      await assert.rejects(expectTone(person, 'p-1', me.hz, { timeout: 1_000 }), /does not hear/);
      if (engine === 'Chromium') {
        // A canvas, Firefox's camera here, keeps its last picture when disabled.
        await assert.rejects(expectPicture(person, 'p-1', me.id, { timeout: 1_500 }), /black/);
      }
      await expectNoPicture(person, 'p-1');
      await swap('for (const track of window.stream.getTracks()) track.enabled = true');
      await expectPicture(person, 'p-1', me.id);
      await expectTone(person, 'p-1', me.hz);
    });

    it('reports what the page wrote to its console', async () => {
      assert.deepEqual(person.errors, []);
      await swap('console.error("a complaint")');
      await swap('setTimeout(() => { throw new Error("an accident") })');
      const end = Date.now() + 3_000;
      while (person.errors.length < 2 && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 50));
      assert.match(person.errors.join('\n'), /a complaint/);
      assert.match(person.errors.join('\n'), /an accident/);
    });
  });
}
