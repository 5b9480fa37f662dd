/** Drawn people as camera clips, for screenshots: a few frames of a .y4m each. */
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { TARGET } from './fake-media.mjs';

const WIDTH = 1280;
const HEIGHT = 720;

/** Colours of the wall, the light, skin, hair, clothes, and the way the hair is worn. */
const PEOPLE = [
  { wall: ['#d9c9b2', '#a98d6b'], skin: '#c98a62', hair: '#2b1a14', cloth: '#2f6f7e', style: 'long', room: 'shelf' },
  { wall: ['#c3d0d6', '#7d939d'], skin: '#f0c6a4', hair: '#7a5230', cloth: '#3b4a6b', style: 'short', room: 'window' },
  { wall: ['#e3d7c6', '#b39a80'], skin: '#8a5636', hair: '#17110e', cloth: '#b4552f', style: 'bun', room: 'plant' },
  { wall: ['#cbd3c0', '#86937a'], skin: '#e2ab82', hair: '#b9b3a9', cloth: '#5b4b73', style: 'beard', room: 'shelf' },
];

/** Runs in a page. @returns {string} base64 of one I420 frame */
function draw({ person, width, height }) {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [width, height];
  const c = canvas.getContext('2d');
  const fill = (style, path) => {
    c.fillStyle = style;
    c.beginPath();
    path();
    c.fill();
  };
  const ellipse = (x, y, rx, ry, turn = 0) => () => c.ellipse(x, y, rx, ry, turn, 0, 7);
  const shade = (colour, by) => `color-mix(in srgb, ${colour}, ${by > 0 ? '#fff' : '#000'} ${Math.abs(by)}%)`;

  const wall = c.createLinearGradient(0, 0, width, height);
  wall.addColorStop(0, person.wall[0]);
  wall.addColorStop(1, person.wall[1]);
  c.fillStyle = wall;
  c.fillRect(0, 0, width, height);
  c.filter = 'blur(7px)';
  if (person.room === 'shelf') {
    for (const y of [170, 390]) {
      fill('#6d4f36', () => c.rect(820, y, 460, 18));
      for (let n = 0; n < 11; n++) {
        const tall = 80 + ((n * 37) % 60);
        fill(['#8c3b2e', '#31566b', '#b78b3c', '#4f6b4a', '#d8cdb8'][(n + y) % 5], () => c.rect(840 + n * 36, y - tall, 29, tall));
      }
    }
  } else if (person.room === 'window') {
    fill('#eef5fa', () => c.rect(70, 40, 330, 420));
    fill('#a9c6a0', ellipse(240, 470, 190, 120));
    for (const x of [70, 225, 385]) fill('#f8f5ee', () => c.rect(x, 40, 16, 420));
    fill('#f8f5ee', () => c.rect(70, 240, 330, 14));
  } else {
    fill('#8d5c3d', () => c.rect(1010, 520, 130, 160));
    for (let n = 0; n < 9; n++) {
      const angle = -1.57 + (n - 4) * 0.3;
      fill(n % 2 ? '#47694a' : '#5d8358', ellipse(1075 + Math.cos(angle) * 130, 520 + Math.sin(angle) * 170, 36, 120, angle + 1.57));
    }
  }
  c.filter = 'none';

  const x = 620;
  if (person.style === 'long') fill(person.hair, () => c.roundRect(x - 165, 150, 330, 420, 150));
  fill(person.cloth, () => c.roundRect(x - 320, 560, 640, 320, 170));
  fill(shade(person.cloth, -18), () => c.roundRect(x - 92, 540, 184, 96, 60));
  fill(shade(person.skin, -14), () => c.roundRect(x - 62, 455, 124, 150, 58));
  if (person.style === 'bun') fill(person.hair, ellipse(x, 118, 78, 70));
  fill(person.hair, ellipse(x, 285, 152, 178));
  fill(person.skin, ellipse(x, 335, 132, 172));
  for (const side of [-1, 1]) fill(shade(person.skin, -6), ellipse(x + side * 132, 345, 20, 34));
  fill(person.hair, () => {
    c.moveTo(x - 140, 300);
    c.bezierCurveTo(x - 150, 110, x + 150, 110, x + 140, 300);
    c.bezierCurveTo(x + 110, 215, x + 30, 215, x - 20, 205);
    c.bezierCurveTo(x - 60, 235, x - 120, 235, x - 140, 300);
  });
  if (person.style === 'beard') {
    fill(person.hair, () => {
      c.moveTo(x - 130, 370);
      c.bezierCurveTo(x - 125, 560, x + 125, 560, x + 130, 370);
      c.bezierCurveTo(x + 90, 430, x - 90, 430, x - 130, 370);
    });
  }
  for (const side of [-1, 1]) {
    fill('#fff', ellipse(x + side * 52, 330, 23, 15));
    fill('#33231b', ellipse(x + side * 52, 331, 11, 12));
    fill('#fff', ellipse(x + side * 52 + 4, 327, 3.5, 3.5));
    fill(shade(person.hair, -10), () => c.roundRect(x + side * 52 - 31, 291, 62, 10, 5));
    fill(shade(person.skin, 12), ellipse(x + side * 74, 392, 28, 18));
  }
  fill(shade(person.skin, -16), () => {
    c.moveTo(x - 6, 335);
    c.quadraticCurveTo(x - 26, 398, x - 12, 402);
    c.quadraticCurveTo(x + 8, 408, x + 18, 398);
    c.quadraticCurveTo(x + 4, 390, x + 4, 335);
  });
  fill('#8c3a34', () => {
    c.moveTo(x - 44, 436);
    c.quadraticCurveTo(x, 492, x + 44, 436);
    c.quadraticCurveTo(x, 452, x - 44, 436);
  });
  fill('#fff', () => {
    c.moveTo(x - 36, 441);
    c.quadraticCurveTo(x, 466, x + 36, 441);
    c.quadraticCurveTo(x, 453, x - 36, 441);
  });
  const light = c.createRadialGradient(420, 120, 60, 620, 360, 900);
  light.addColorStop(0, 'rgb(255 240 214 / 30%)');
  light.addColorStop(1, 'rgb(20 20 40 / 28%)');
  c.fillStyle = light;
  c.fillRect(0, 0, width, height);

  const { data } = c.getImageData(0, 0, width, height);
  const frame = new Uint8Array((width * height * 3) / 2);
  const u = width * height;
  for (let py = 0; py < height; py++) {
    for (let px = 0; px < width; px++) {
      const at = (py * width + px) * 4;
      const [r, g, b] = [data[at], data[at + 1], data[at + 2]];
      frame[py * width + px] = 16 + 0.257 * r + 0.504 * g + 0.098 * b;
      if (py % 2 || px % 2) continue;
      const chroma = u + (py / 2) * (width / 2) + px / 2;
      frame[chroma] = 128 - 0.148 * r - 0.291 * g + 0.439 * b;
      frame[chroma + u / 4] = 128 + 0.439 * r - 0.368 * g - 0.071 * b;
    }
  }
  let text = '';
  for (let at = 0; at < frame.length; at += 8192) text += String.fromCharCode(...frame.subarray(at, at + 8192));
  return btoa(text);
}

/**
 * @param {import('playwright-core').Page} page any page
 * @returns {Promise<string[]>} paths of .y4m files
 */
export async function portraitFiles(page) {
  mkdirSync(join(TARGET, 'media'), { recursive: true });
  const paths = [];
  for (const [index, person] of PEOPLE.entries()) {
    const path = join(TARGET, 'media', `portrait-${index}.y4m`);
    const frame = Buffer.from(await page.evaluate(draw, { person, width: WIDTH, height: HEIGHT }), 'base64');
    const file = openSync(path, 'w');
    writeSync(file, `YUV4MPEG2 W${WIDTH} H${HEIGHT} F5:1 Ip A1:1 C420jpeg\n`);
    for (let n = 0; n < 5; n++) {
      writeSync(file, 'FRAME\n');
      writeSync(file, frame);
    }
    closeSync(file);
    paths.push(path);
  }
  return paths;
}
