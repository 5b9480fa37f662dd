/** node screenshots.mjs: takes the pictures of docs/images from the running thing. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { closeChromiums, openChromium } from './kit/browsers.mjs';
import { openChat, say, seesMessage } from './kit/chat.mjs';
import { sender } from './kit/fake-media.mjs';
import { portraitFiles } from './kit/portraits.mjs';
import { ROOT, startServer } from './kit/server.mjs';
import { until } from './kit/wait.mjs';

const IMAGES = join(ROOT, 'docs', 'images');
const MAX_BYTES = 300_000;
const NAMES = ['Ada', 'Boris', 'Chiara', 'Dembe'];
const DESKTOP = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };

mkdirSync(IMAGES, { recursive: true });

async function shoot(person, name) {
  // Nothing hovered, no focus ring, no toast.
  await person.page.mouse.move(2, 2);
  await until('notices gone', () => person.evaluate(() => document.querySelectorAll('.mantine-Notification-root').length === 0));
  await person.page.evaluate(() => document.activeElement?.blur());
  let png = await person.page.screenshot({ animations: 'disabled' });
  for (let bits = 7; png.length > MAX_BYTES && bits >= 5; bits--) png = await coarser(person.page, png, bits);
  console.log(`${name}.png ${Math.round(png.length / 1000)} kB`);
  if (png.length > MAX_BYTES) throw new Error(`${name}.png has ${png.length} bytes, more than ${MAX_BYTES}`);
  writeFileSync(join(IMAGES, `${name}.png`), png);
}

/** The same picture with fewer bits for each colour: what a video codec leaves in flat areas costs most of a PNG. */
async function coarser(page, png, bits) {
  const url = await page.evaluate(
    async ({ base64, bits: kept }) => {
      const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      const image = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
      const canvas = new OffscreenCanvas(image.width, image.height);
      const context = canvas.getContext('2d');
      context.drawImage(image, 0, 0);
      const picture = context.getImageData(0, 0, image.width, image.height);
      const levels = 2 ** kept - 1;
      for (let at = 0; at < picture.data.length; at++) {
        picture.data[at] = Math.round(Math.round((picture.data[at] * levels) / 255) * (255 / levels));
      }
      context.putImageData(picture, 0, 0);
      const result = new Uint8Array(await (await canvas.convertToBlob({ type: 'image/png' })).arrayBuffer());
      let text = '';
      for (let at = 0; at < result.length; at += 8192) text += String.fromCharCode(...result.subarray(at, at + 8192));
      return btoa(text);
    },
    { base64: png.toString('base64'), bits },
  );
  return Buffer.from(url, 'base64');
}

/** Devices as people know them, instead of the fake ones' file names. */
function nameDevices() {
  const names = { audioinput: 'Built-in microphone', videoinput: 'Built-in camera', audiooutput: 'Built-in speakers' };
  Object.defineProperty(MediaDeviceInfo.prototype, 'label', {
    get() {
      return names[this.kind];
    },
  });
}

const moving = (person, count) =>
  until(
    `${count} pictures at ${person.name}`,
    () =>
      person.evaluate((n) => {
        const videos = [...document.querySelectorAll('video')].filter((video) => video.videoWidth > 0 && !video.paused);
        return videos.filter((video) => video.videoWidth >= 480).length >= n;
      }, count),
    { timeout: 60_000 },
  );

const server = await startServer();
try {
  const painter = await openChromium({ name: 'Painter', sender: sender(0), ownMedia: false });
  const portraits = await portraitFiles(painter.page);
  await closeChromiums();

  const open = async (index, options = {}) => {
    const person = await openChromium({
      name: NAMES[index],
      sender: sender(index),
      ownMedia: false,
      viewport: DESKTOP,
      flags: [`--use-file-for-fake-video-capture=${portraits[index]}`],
      ...options,
    });
    await person.page.addInitScript(nameDevices);
    return person;
  };

  for (const [suffix, options] of [
    ['light', {}],
    ['dark', { colorScheme: 'dark' }],
    ['phone', { viewport: PHONE, mobile: true, deviceScaleFactor: 1.5 }],
  ]) {
    const person = await open(0, options);
    await person.goto(server.url);
    await person.waitForShown('[data-testid="room-name"]');
    await shoot(person, `home-${suffix}`);
    await person.openLobby(server.url, 'Friday review');
    await moving(person, 1);
    await shoot(person, `lobby-${suffix}`);
    await person.close();
  }

  for (const [suffix, options] of [
    ['light', {}],
    ['dark', { colorScheme: 'dark' }],
    ['phone', { viewport: PHONE, mobile: true, deviceScaleFactor: 1.5 }],
  ]) {
    const viewer = await open(0, options);
    const others = [];
    await viewer.enter(server.url, 'Friday review');
    for (const index of [1, 2, 3]) {
      const other = await open(index, { viewport: { width: 640, height: 420 } });
      others.push(other);
      await other.enter(server.url, 'Friday review');
      if (index === 1) {
        await moving(viewer, 2);
        await shoot(viewer, `call-2-${suffix}`);
      }
    }
    await moving(viewer, 4);
    await shoot(viewer, `call-4-${suffix}`);
    if (suffix === 'light') {
      await openChat(viewer);
      await openChat(others[0]);
      await say(others[0], 'The new build is up: https://stoa.example/r/review');
      await seesMessage(viewer, 'The new build');
      await say(viewer, 'Thanks! Looking at it now.');
      await shoot(viewer, 'call-4-chat');
      await others[0].press('Escape'); // In its small window the chat lies over the call.
    }
    for (const person of [viewer, ...others]) {
      await person.click('leave');
      await person.close();
    }
  }
} finally {
  await closeChromiums();
  await server.stop();
  server.dispose();
}
