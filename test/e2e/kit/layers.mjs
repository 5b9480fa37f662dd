/** Layers: what a person sends, what arrives of somebody, and what is seen while one takes the place of another. */
import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { until } from './wait.mjs';

/* global window, document */

/**
 * What this person sends of its pictures, the largest first.
 *
 * @returns {Promise<{rid?: string, active?: boolean, width: number, bytes: number, keyFrames: number, mode?: string}[]>}
 */
export const sentBy = (person) =>
  person.evaluate(async () => {
    const sent = [];
    for (const connection of window.__e2e.connections) {
      if (connection.connectionState === 'closed') continue;
      for (const report of (await connection.getStats()).values()) {
        if (report.type !== 'outbound-rtp' || report.kind !== 'video') continue;
        const { rid, active, frameWidth: width = 0, bytesSent: bytes, keyFramesEncoded: keyFrames, scalabilityMode: mode } = report;
        if (bytes > 0) sent.push({ rid, active, width, bytes, keyFrames, mode });
      }
    }
    return sent.sort((one, two) => two.width - one.width);
  });

/** @returns {Promise<{bytes: number, freezes: number, width: number, keyFrames: number}>} of the one who is received, through the server */
export const receivedBy = (person, participant) =>
  person.evaluate(async (id) => {
    const [track] = document.querySelector(`video[data-participant="${id}"]`).srcObject.getVideoTracks();
    for (const connection of window.__e2e.connections) {
      if (connection.connectionState === 'closed') continue;
      for (const report of (await connection.getStats()).values()) {
        if (report.type !== 'inbound-rtp' || report.trackIdentifier !== track?.id) continue;
        const { bytesReceived: bytes, freezeCount: freezes, frameWidth: width, keyFramesDecoded: keyFrames } = report;
        return { bytes, freezes: freezes ?? 0, width, keyFrames };
      }
    }
    throw new Error(`nothing is received of ${id}`);
  }, participant);

/** Lays the tile's picture over the page at this size in CSS pixels; null: where the page has it. */
export const showAt = (person, participant, size) =>
  person.evaluate(
    ([id, to]) => {
      const { style } = document.querySelector(`video[data-participant="${id}"]`);
      window.__shownAt = performance.now();
      // The slot of a tile is moved by a transform, which a fixed position would be relative to.
      style.cssText = to === null ? '' : `position: absolute; inset: 0; width: ${to.width}px; height: ${to.height}px`;
    },
    [participant, size],
  );

/** Takes the picture out of sight. */
export const hide = (person, participant) =>
  person.evaluate((id) => {
    document.querySelector(`video[data-participant="${id}"]`).style.cssText = 'display: none';
  }, participant);

/** Passes when the picture that is rendered has this width. @returns {Promise<number>} ms until it had */
export async function expectWidth(person, participant, width, { timeout = 15_000 } = {}) {
  const began = Date.now();
  await until(
    `a picture ${width} wide at ${person.name}`,
    async () => {
      const now = await person.evaluate((id) => document.querySelector(`video[data-participant="${id}"]`).videoWidth, participant);
      if (now !== width) throw new Error(`${now} wide`);
      return true;
    },
    { timeout, every: 40 },
  );
  return Date.now() - began;
}

/** Passes when a figure stays as it is for `quiet` ms. */
export async function expectQuiet(what, figure, { quiet = 1_500, timeout = 15_000 } = {}) {
  let last;
  let since = Date.now();
  await until(
    what,
    async () => {
      const now = await figure();
      if (now !== last) since = Date.now();
      last = now;
      if (Date.now() - since < quiet) throw new Error(`${now}`);
      return true;
    },
    { timeout, every: 150 },
  );
}

/** Passes when these layers, by name, are made and no others. */
export async function expectSent(person, rids, { timeout = 15_000 } = {}) {
  await until(
    `${person.name} sends ${rids.join(' ') || 'nothing'}`,
    async () => {
      const before = await sentBy(person);
      await pause(400);
      const after = await sentBy(person);
      const flows = after.filter(({ rid, bytes }) => bytes > (before.find((each) => each.rid === rid)?.bytes ?? 0));
      const names = flows.map(({ rid }) => rid ?? 'one').sort();
      if (names.join() !== [...rids].sort().join()) throw new Error(`sends ${names.join(' ') || 'nothing'}`);
      return true;
    },
    { timeout },
  );
}

/** @returns {Promise<number>} what the browser believes it may send, in kbit/s */
export const uplinkOf = (person) =>
  person.evaluate(async () => {
    for (const report of (await window.__e2e.connections.at(-1).getStats()).values()) {
      if (report.type === 'candidate-pair' && report.availableOutgoingBitrate) return Math.round(report.availableOutgoingBitrate / 1000);
    }
    return NaN;
  });

/**
 * Films a tile while something happens.
 *
 * @param {() => Promise<void>} happening shows the tile at another size, see `showAt`
 * @param {{id: number}} sender whose pictures they must be
 * @returns {Promise<{gapMs: number, widths: number[], msTo: (is: (width: number) => boolean) => number, freezes: number}>}
 *     the longest time between two pictures of which the second is another one; the widths in the order in which they came;
 *     the time from the other size to the first picture of such a width
 */
export async function film(person, participant, { id }, happening) {
  const before = await receivedBy(person, participant);
  await person.evaluate((who) => {
    window.__film = window.__e2e.see.film(who, 'camera');
    window.__filmBegan = performance.now();
  }, participant);
  await happening();
  const { seen, began, shownAt } = await person.evaluate(() => ({
    seen: window.__film(),
    began: window.__filmBegan,
    shownAt: window.__shownAt,
  }));
  const after = await receivedBy(person, participant);
  const strange = seen.filter((picture) => 'id' in picture && picture.id !== id);
  assert.deepEqual(strange, [], 'pictures of somebody else');
  const bad = seen.filter((picture) => 'reject' in picture);
  assert.ok(bad.length <= 1, `of ${seen.length} pictures ${JSON.stringify(bad)} cannot be read`);
  let gapMs = 0;
  let last = { at: began, counter: -1 };
  for (const picture of seen) {
    if (picture.counter === undefined || picture.counter === last.counter) continue;
    gapMs = Math.max(gapMs, picture.at - last.at);
    last = picture;
  }
  const widths = seen.map(({ width }) => width).filter((width, at, all) => width !== all[at - 1]);
  const msTo = (is) => Math.round((seen.find(({ at, width }) => at >= shownAt && is(width))?.at ?? Infinity) - shownAt);
  return { gapMs: Math.round(gapMs), widths, msTo, freezes: after.freezes - before.freezes };
}
