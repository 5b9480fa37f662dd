/** Which tone is in a sound. */

/**
 * Uses nothing from outside, so that its source can be sent into a page.
 *
 * @param {ArrayLike<number>} samples -1 to 1
 * @param {number} rate in Hz
 * @returns {{hz: number, db: number}} the strongest tone from 150 to 4000 Hz; 0 dB is a full-scale one all along
 */
export function strongestTone(samples, rate) {
  let best = { hz: 0, power: 0 };
  for (let hz = 150; hz < 4000; hz += 4) {
    const turn = 2 * Math.cos((2 * Math.PI * hz) / rate); // Goertzel
    let one = 0;
    let two = 0;
    for (const sample of samples) [one, two] = [sample + turn * one - two, one];
    const power = one * one + two * two - turn * one * two;
    if (power > best.power) best = { hz, power };
  }
  const amplitude = (2 * Math.sqrt(best.power)) / Math.max(1, samples.length);
  return { hz: best.hz, db: 20 * Math.log10(amplitude + 1e-9) };
}
