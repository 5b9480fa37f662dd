/**
 * What a person at this page sees and hears. Every assertion reads the rendered element: the right sender's id and a
 * counter that rises, the right tone; a frozen, black or foreign picture fails.
 */
import { PULSE } from './fake-media.mjs';
import { PERIOD } from './block-code.mjs';
import { Verdict, until } from './wait.mjs';

/**
 * Whoever can say what it sees and hears: a page, or a peer that is none.
 *
 * @typedef {import('./browsers.mjs').Person | import('./foreign-peer.mjs').GStreamerPeer | import('./foreign-peer.mjs').WebrtcJavaPeer} Person
 */

/** A tone has this much in its strongest bin at least. What is muted stays far below. */
export const AUDIBLE_DB = -65;

/** The name tag holds the name and nothing else; that of a screen says whose it is. */
function isNamed({ text, source }, name) {
  const lines = text.split('\n').map((line) => line.trim());
  return lines.includes(name) || (source === 'screen' && lines.some((line) => line.startsWith(name)));
}

/**
 * @param {Person} viewer
 * @param {Person} shown somebody else in the same room
 * @param {{source?: 'camera' | 'screen', timeout?: number}} [options]
 * @returns {Promise<string>} the participant id under which the page shows this person, by the tile's name tag
 */
export function participantOf(viewer, shown, { source = 'camera', timeout = 20_000 } = {}) {
  return until(
    `a ${source} tile named ${shown.name} at ${viewer.name}`,
    async () => {
      const remotes = await viewer.remotes();
      const named = remotes.filter((remote) => remote.source === source && isNamed(remote, shown.name));
      if (named.length > 1) throw new Error(`${named.length} tiles are named ${shown.name}`);
      if (named.length === 0) throw new Error(`tiles: ${JSON.stringify(remotes)}`);
      return named[0].participant;
    },
    { timeout },
  );
}

/**
 * Passes when the tile shows the picture of this sender and nobody else, moving: `reads` different frames in a row,
 * each a little later than the one before.
 *
 * @param {Person} viewer
 * @param {string} participant
 * @param {number} id of the sender, as in its block code
 * @param {{source?: 'camera' | 'screen', timeout?: number, reads?: number}} [options]
 */
export async function expectPicture(viewer, participant, id, options = {}) {
  const { source = 'camera', timeout = 20_000, reads = 4 } = options;
  let seen = [];
  const tally = {};
  try {
    await until(
      'a moving picture',
      async () => {
        const picture = await viewer.picture(participant, source);
        const key = 'reject' in picture ? picture.reject : `id ${picture.id}`;
        tally[key] = (tally[key] ?? 0) + 1;
        if ('reject' in picture) {
          seen = [];
          return false;
        }
        if (picture.id !== id) throw new Verdict(`the tile shows sender ${picture.id} instead of ${id}`);
        const step = seen.length === 0 ? 1 : (picture.counter - seen.at(-1) + PERIOD) % PERIOD;
        if (step === 0) return false; // the same frame still
        seen = step < PERIOD / 2 ? [...seen, picture.counter] : [picture.counter];
        return seen.length >= reads;
      },
      { timeout, every: 80 },
    );
  } catch (error) {
    if (error instanceof Verdict) throw error;
    throw new Error(
      `${viewer.name} sees no moving picture of sender ${id} in tile ${participant} (${source}) within ${timeout} ms; ` +
        `read: ${JSON.stringify(tally)}, counters in a row: ${seen.join(' ')}`,
    );
  }
}

/** Passes when no new frame of anybody arrives in the tile for `quiet` ms, not even beneath an avatar. */
export async function expectNoPicture(viewer, participant, { source = 'camera', timeout = 10_000, quiet = 1_000 } = {}) {
  let last = null;
  let since = Date.now();
  await until(
    `no picture in tile ${participant} at ${viewer.name}`,
    async () => {
      const picture = await viewer.picture(participant, source, { beneath: true });
      const now = 'reject' in picture ? 'none' : `${picture.id}/${picture.counter}`;
      if (now !== last && now !== 'none') since = Date.now();
      last = now;
      return Date.now() - since >= quiet;
    },
    { timeout, every: 80 },
  );
}

/** Passes when the page says that there is no picture: an avatar is in its place, or nothing. */
export async function expectAvatar(viewer, participant, { timeout = 5_000 } = {}) {
  await until(
    `an avatar instead of a picture in tile ${participant} at ${viewer.name}`,
    async () => {
      const { reject } = await viewer.picture(participant, 'camera');
      return reject === 'covered' || reject === 'hidden';
    },
    { timeout },
  );
}

/** Passes when the tile's badge says that the microphone is off, or on. */
export async function expectMuteBadge(viewer, participant, muted, { timeout = 5_000 } = {}) {
  await until(
    `${muted ? 'a' : 'no'} mute badge in tile ${participant} at ${viewer.name}`,
    async () => {
      const remotes = await viewer.remotes();
      const tile = remotes.find((remote) => remote.participant === participant && remote.source === 'camera');
      return tile !== undefined && tile.labels.some((label) => /microphone off|muted/i.test(label ?? '')) === muted;
    },
    { timeout },
  );
}

/** Passes when the strongest tone of the element is this one and a person would hear it. */
export async function expectTone(viewer, participant, hz, { source = 'camera', timeout = 20_000, reads = 3 } = {}) {
  const heard = [];
  let good = 0;
  try {
    await until(
      'a tone',
      async () => {
        const tone = await viewer.tone(participant, source);
        heard.push('reject' in tone ? tone.reject : `${Math.round(tone.hz)} Hz ${Math.round(tone.db)} dB`);
        if ('reject' in tone) good = 0;
        else if (tone.db > AUDIBLE_DB) good = Math.abs(tone.hz - hz) < 15 ? good + 1 : 0;
        return good >= reads;
      },
      { timeout, every: 80 },
    );
  } catch {
    throw new Error(
      `${viewer.name} does not hear ${hz} Hz from ${participant} within ${timeout} ms; heard: ${heard.slice(-8).join(', ')}`,
    );
  }
}

/** Passes when the tone is gone for `quiet` ms on end, several times longer than the pause between its pulses. */
export async function expectNoTone(viewer, participant, hz, options = {}) {
  const { source = 'camera', timeout = 10_000, quiet = 5 * (PULSE.onMs + PULSE.offMs) } = options;
  let since = Date.now();
  await until(
    `no ${hz} Hz from ${participant} at ${viewer.name}`,
    async () => {
      const tone = await viewer.tone(participant, source);
      if (!('reject' in tone) && tone.db > AUDIBLE_DB && Math.abs(tone.hz - hz) < 15) since = Date.now();
      return Date.now() - since >= quiet;
    },
    { timeout, every: 60 },
  );
}

/**
 * Everything at once: `viewer` sees and hears `shown` under the right name.
 *
 * @param {Person} viewer
 * @param {Person} shown
 * @returns {Promise<string>} the participant id
 */
export async function expectSeesAndHears(viewer, shown, options = {}) {
  const participant = await participantOf(viewer, shown, options);
  await expectPicture(viewer, participant, shown.sender.id, options);
  await expectTone(viewer, participant, shown.sender.hz, options);
  return participant;
}

/**
 * Every one of these people sees and hears all the others, and no tile is left over.
 *
 * @param {Person[]} people
 */
export async function expectAllSeeAll(people, options = {}) {
  const judge = async (viewer) => {
    const others = people.filter((person) => person !== viewer);
    const found = await Promise.all(others.map((shown) => participantOf(viewer, shown, options)));
    for (const [index, shown] of others.entries()) {
      await expectPicture(viewer, found[index], shown.sender.id, options);
      await expectTone(viewer, found[index], shown.sender.hz, options);
    }
    const remotes = await viewer.remotes();
    const cameras = remotes.filter(({ source }) => source === 'camera');
    if (cameras.length !== others.length) {
      throw new Error(`${viewer.name} has ${cameras.length} tiles for ${others.length} others: ${JSON.stringify(cameras)}`);
    }
  };
  await Promise.all(people.map(judge));
}

/** Nobody of this name is in a tile any more. */
export async function expectGone(viewer, gone, { timeout = 5_000 } = {}) {
  await until(
    `${gone.name} gone at ${viewer.name}`,
    async () => {
      const remotes = await viewer.remotes();
      return !remotes.some((remote) => isNamed(remote, gone.name));
    },
    { timeout },
  );
}

/**
 * The chosen candidate pairs. A mesh call has as many as there are others.
 *
 * @param {Person} viewer
 */
export const pairsOf = (viewer) => viewer.evaluate(() => window.__e2e.see.pairs());

/** @returns {Promise<{created: number, negotiationneeded: number, setLocalDescription: number, setRemoteDescription: number, iceRestarts: number}>} */
export const countsOf = (viewer) => viewer.evaluate(() => ({ ...window.__e2e.counts }));
