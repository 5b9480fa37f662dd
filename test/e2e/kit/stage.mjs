/**
 * One scenario: a server of its own, people who come, and the promise that everything is closed afterwards, that
 * evidence is kept when it failed, and that neither a page's console nor the server's log has an error.
 */
import { after, it } from 'node:test';
import { Person, closeChromiums, openChromium, openFirefox } from './browsers.mjs';
import { sender } from './fake-media.mjs';
import { GStreamerPeer, WebrtcJavaPeer } from './foreign-peer.mjs';
import { JavaPeers } from './java-peers.mjs';
import { startServer } from './server.mjs';

const NAMES = ['Ada', 'Boris', 'Chiara', 'Dembe', 'Emre', 'Farah', 'Goran', 'Hana', 'Ines', 'Jonas'];

/** Whether this run is the full matrix rather than the quick choice. */
export const FULL = process.env.E2E_MATRIX !== 'quick';

after(closeChromiums);

class Stage {
  people = [];
  closers = [];
  #servers = [];
  #next = 0;

  constructor(title) {
    this.title = title;
  }

  /** @returns {Promise<import('./server.mjs').Server>} */
  async server(options) {
    const server = await startServer(options);
    this.#servers.push(server);
    return server;
  }

  /** @param {Partial<import('./browsers.mjs').BrowserOptions>} [options] */
  chromium(options) {
    return this.#person(openChromium, options);
  }

  /** @param {Partial<import('./browsers.mjs').BrowserOptions>} [options] */
  firefox(options) {
    return this.#person(openFirefox, options);
  }

  /** @param {Partial<import('./foreign-peer.mjs').ForeignOptions>} [options] */
  gstreamer(options) {
    return this.#person((given) => new GStreamerPeer(given), options);
  }

  /** @param {Partial<import('./foreign-peer.mjs').ForeignOptions>} [options] */
  webrtcJava(options) {
    return this.#person((given) => new WebrtcJavaPeer(given), options);
  }

  /**
   * Several at once, in one process.
   *
   * @param {Partial<import('./java-peers.mjs').JavaPeersOptions>} [options]
   */
  async javaPeers(count, options) {
    const senders = Array.from({ length: count }, () => sender(this.#next++));
    const peers = new JavaPeers({ senders, ...options });
    this.people.push(peers);
    return peers;
  }

  async #person(open, options) {
    const index = this.#next++;
    const person = await open({ name: NAMES[index], sender: sender(index), ...options });
    this.people.push(person);
    return person;
  }

  /** Another tab of the same person, watched like the first. */
  async tab(person) {
    const tab = await person.newTab();
    this.people.push(tab);
    return tab;
  }

  /** What “Duplicate tab” does: the same address, and a copy of the tab's own storage. */
  async duplicate(person) {
    const [page] = await Promise.all([
      person.given.context.waitForEvent('page'),
      person.evaluate(() => void window.open(location.href)),
    ]);
    const tab = new Person({ ...person.given, page, close: async () => {} });
    this.people.push(tab);
    return tab;
  }

  /** Something to undo at the end, last first. */
  onClose(undo) {
    this.closers.push(undo);
  }

  async evidence() {
    const files = await Promise.all(this.people.map((person, n) => person.evidence(`${this.title}-${n}`).catch((e) => e.message)));
    for (const server of this.#servers) files.push(server.saveLog(this.title));
    return files;
  }

  /** @returns {string[]} what pages and servers complained about */
  complaints() {
    return [
      ...this.people.flatMap((person) => person.errors.map((error) => `${person.name}: ${error}`)),
      ...this.#servers.flatMap((server) => server.complaints().map((line) => `server: ${line}`)),
    ];
  }

  async close() {
    await Promise.allSettled(this.people.map((person) => person.close()));
    await Promise.allSettled(this.#servers.map((server) => server.stop()));
    for (const server of this.#servers) server.dispose();
    if (this.closers.length > 0) await closeChromiums(); // They may run where something is about to be undone.
    for (const undo of this.closers.reverse()) await undo();
  }
}

/**
 * @param {string} title behaviour, as the report names it
 * @param {(stage: Stage) => Promise<void>} play
 * @param {{seconds?: number, quick?: boolean, skip?: string | false}} [options] `quick: false` leaves it to the full
 *     matrix; `skip` says why this machine cannot
 */
export function scenario(title, play, { seconds = 120, quick = true, skip = false } = {}) {
  if (!quick && !FULL) return;
  it(title, { timeout: (seconds + 60) * 1000, skip }, async (t) => {
    const stage = new Stage(title);
    let timer;
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error(`not done within ${seconds} s`)), seconds * 1000);
    });
    try {
      await Promise.race([play(stage, t), late]);
      const complaints = stage.complaints();
      if (complaints.length > 0) throw new Error(`errors were logged:\n${complaints.join('\n')}`);
    } catch (error) {
      const files = await stage.evidence().catch((e) => [e.message]);
      error.message += `\nevidence: ${files.join(' ')}`;
      const complaints = stage.complaints();
      if (complaints.length > 0) error.message += `\nlogged: ${complaints.slice(0, 10).join('\n')}`;
      throw error;
    } finally {
      clearTimeout(timer);
      await stage.close();
    }
  });
}
