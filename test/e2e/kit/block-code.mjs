/**
 * A picture that says who sent it and when: 8 x 4 blocks, black or white, one bit each.
 *
 *     row 0   sync pattern, the same in every picture and not its own mirror image
 *     row 1   sender id, most significant bit at the left
 *     row 2   counter, rises by one from frame to frame, modulo 256
 *     row 3   CRC-8 of id and counter
 *
 * The functions use nothing but each other, so that their source can be sent into a page (`blockCodeSource`).
 */

export const WIDTH = 320;
export const HEIGHT = 180;
export const COLUMNS = 8;
export const ROWS = 4;
export const FPS = 15;
/** Frames until the counter begins again. */
export const PERIOD = 256;

/** @param {number[]} bytes */
export function crc8(bytes) {
  let crc = 0xa5; // not 0, so that an empty picture has no valid check
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x80 ? ((crc << 1) ^ 0x07) & 0xff : crc << 1;
  }
  return crc;
}

/**
 * @param {number} id 0 to 255
 * @param {number} counter any whole number
 * @returns {boolean[]} 32 blocks, row by row; true is white
 */
export function encodeBlocks(id, counter) {
  const count = counter & 0xff;
  return [0b10110010, id, count, crc8([id, count])].flatMap((byte) =>
    Array.from({ length: 8 }, (_, column) => (byte & (0x80 >> column)) !== 0),
  );
}

/**
 * @param {ArrayLike<number>} luma mean brightness of the middle of each block, 0 to 255, row by row
 * @returns {{id: number, counter: number} | {reject: 'black' | 'blurred' | 'sync' | 'check'}}
 */
export function decodeBlocks(luma) {
  const values = Array.from(luma);
  if (Math.max(...values) < 40) return { reject: 'black' };
  if (values.some((value) => value > 100 && value < 155)) return { reject: 'blurred' };
  const bytes = [0, 1, 2, 3].map((row) =>
    values.slice(row * 8, row * 8 + 8).reduce((byte, value) => (byte << 1) | (value > 127 ? 1 : 0), 0),
  );
  if (bytes[0] !== 0b10110010) return { reject: 'sync' };
  if (bytes[3] !== crc8([bytes[1], bytes[2]])) return { reject: 'check' };
  return { id: bytes[1], counter: bytes[2] };
}

/**
 * @param {ArrayLike<number>} rgba pixels as canvas gives them
 * @param {number} width
 * @param {number} height
 * @returns {number[]} mean brightness of the middle half of each of the 32 blocks
 */
export function lumaOfBlocks(rgba, width, height) {
  const result = [];
  for (let row = 0; row < 4; row++) {
    for (let column = 0; column < 8; column++) {
      let sum = 0;
      let count = 0;
      for (let y = Math.ceil(((row + 0.25) * height) / 4); y < ((row + 0.75) * height) / 4; y++) {
        for (let x = Math.ceil(((column + 0.25) * width) / 8); x < ((column + 0.75) * width) / 8; x++) {
          const at = (y * width + x) * 4;
          sum += 0.299 * rgba[at] + 0.587 * rgba[at + 1] + 0.114 * rgba[at + 2];
          count++;
        }
      }
      result.push(sum / count);
    }
  }
  return result;
}

/** @param {CanvasRenderingContext2D} context */
export function drawBlocks(context, id, counter, width, height) {
  encodeBlocks(id, counter).forEach((white, index) => {
    context.fillStyle = white ? '#fff' : '#000';
    const column = index % 8;
    const row = (index - column) / 8;
    context.fillRect((column * width) / 8, (row * height) / 4, width / 8 + 1, height / 4 + 1);
  });
}

/** The functions above as text for a page. */
export const blockCodeSource = [crc8, encodeBlocks, decodeBlocks, lumaOfBlocks, drawBlocks].map(String).join('\n');
