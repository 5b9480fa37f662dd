import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { HEIGHT, WIDTH, decodeBlocks, encodeBlocks, lumaOfBlocks } from '../kit/block-code.mjs';
import { i420, sender } from '../kit/fake-media.mjs';

/** A frame as a canvas would give it, after `change` of each pixel's brightness. */
function rgba(id, counter, change = (luma) => luma) {
  const frame = i420(id, counter);
  const pixels = new Uint8ClampedArray(WIDTH * HEIGHT * 4);
  for (let n = 0; n < WIDTH * HEIGHT; n++) {
    const value = change(((frame[n] - 16) * 255) / 219, n % WIDTH, Math.floor(n / WIDTH));
    pixels.set([value, value, value, 255], n * 4);
  }
  return pixels;
}

const read = (pixels) => decodeBlocks(lumaOfBlocks(pixels, WIDTH, HEIGHT));

describe('the block code', () => {
  it('comes back from the frame that was written, for every id and counter', () => {
    for (let id = 0; id < 256; id += 5) {
      for (let counter = 0; counter < 256; counter++) {
        const luma = encodeBlocks(id, counter).map((white) => (white ? 255 : 0));
        assert.deepEqual(decodeBlocks(luma), { id, counter });
      }
    }
    assert.deepEqual(read(rgba(0x1d, 77)), { id: 0x1d, counter: 77 });
  });

  it('survives noise and washed out contrast', () => {
    let seed = 7;
    const noise = () => ((seed = (seed * 16807) % 2147483647) / 2147483647 - 0.5) * 120;
    assert.deepEqual(read(rgba(0xa3, 5, (luma) => luma * 0.7 + 30 + noise())), { id: 0xa3, counter: 5 });
  });

  it('refuses a black picture', () => {
    assert.deepEqual(read(rgba(0x1d, 77, () => 6)), { reject: 'black' });
  });

  it('refuses a grey or half faded picture', () => {
    assert.deepEqual(read(rgba(0x1d, 77, () => 128)), { reject: 'blurred' });
  });

  it('refuses a mirrored picture', () => {
    const frame = rgba(0x1d, 77);
    const mirrored = new Uint8ClampedArray(frame.length);
    for (let y = 0; y < HEIGHT; y++) {
      for (let x = 0; x < WIDTH; x++) {
        mirrored.set(frame.subarray((y * WIDTH + x) * 4, (y * WIDTH + x) * 4 + 4), (y * WIDTH + WIDTH - 1 - x) * 4);
      }
    }
    assert.deepEqual(read(mirrored), { reject: 'sync' });
  });

  it('refuses a picture in which one block is wrong', () => {
    for (let block = 8; block < 32; block++) {
      const luma = encodeBlocks(0x56, 200).map((white, n) => (white !== (n === block) ? 255 : 0));
      assert.deepEqual(decodeBlocks(luma), { reject: 'check' }, `block ${block}`);
    }
  });

  it('gives every sender an id and a tone of its own', () => {
    const senders = Array.from({ length: 10 }, (_, index) => sender(index));
    assert.equal(new Set(senders.map(({ id }) => id)).size, 10);
    for (const a of senders) {
      for (const b of senders) if (a !== b) assert.ok(Math.abs((b.hz % a.hz) - a.hz / 2) < a.hz / 2 - 20, `${a.hz} ${b.hz}`);
    }
  });
});
