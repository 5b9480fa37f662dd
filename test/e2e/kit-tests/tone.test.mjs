import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { audioFile, sender } from '../kit/fake-media.mjs';
import { AUDIBLE_DB } from '../kit/observe.mjs';
import { strongestTone } from '../kit/tone.mjs';

const RATE = 48_000;

/** 300 ms of a sender's sound, one pulse and one pause, from anywhere. */
function excerpt({ hz }, fromMs) {
  const wav = readFileSync(audioFile(hz)).subarray(44);
  const from = (fromMs * RATE) / 1000;
  return Array.from({ length: (300 * RATE) / 1000 }, (_, n) => wav.readInt16LE((from + n) * 2) / 32_768);
}

describe('the ear', () => {
  it('finds the tone of every sender, wherever in the pulse it begins', () => {
    for (let index = 0; index < 10; index++) {
      const { hz, db } = strongestTone(excerpt(sender(index), index * 37), RATE);
      assert.ok(Math.abs(hz - sender(index).hz) < 15, `${hz} Hz of sender ${index}, ${sender(index).hz} Hz`);
      assert.ok(db > AUDIBLE_DB && db < 0, `${db} dB`);
    }
  });

  it('finds the louder of two', () => {
    const [loud, soft] = [excerpt(sender(2), 0), excerpt(sender(5), 0)];
    const { hz } = strongestTone(loud.map((sample, n) => sample + soft[n] / 3), RATE);
    assert.ok(Math.abs(hz - sender(2).hz) < 15, `${hz} Hz`);
  });

  it('hears nothing in silence', () => {
    assert.ok(strongestTone(new Float32Array(RATE / 4), RATE).db < AUDIBLE_DB);
    assert.ok(strongestTone([], RATE).db < AUDIBLE_DB);
  });
});
