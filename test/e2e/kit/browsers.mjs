/**
 * People at browsers. A `Person` is one page with a camera and microphone of its own; Chromium is driven by Playwright,
 * Firefox by Puppeteer over WebDriver BiDi, and scenarios do not notice which.
 */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import puppeteer from 'puppeteer-core';
import { FPS, HEIGHT, WIDTH } from './block-code.mjs';
import { offerOnlySource } from './codecs.mjs';
import { TARGET, audioFile, videoFile } from './fake-media.mjs';
import { fakeCaptureSource, observerSource } from './in-page.mjs';
import { until } from './wait.mjs';

export const CHROMIUM = process.env.E2E_CHROMIUM ?? '/usr/bin/chromium';
export const FIREFOX = process.env.E2E_FIREFOX ?? '/usr/bin/firefox-esr';

const CHROMIUM_FLAGS = [
  '--no-sandbox',
  // Not --use-fake-ui-for-media-stream: it would answer getDisplayMedia with a picture of its own. Leave is granted below.
  '--use-fake-device-for-media-stream',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
  '--no-first-run',
];

const FIREFOX_PREFS = {
  'media.navigator.streams.fake': true,
  'media.navigator.permission.disabled': true,
  'media.peerconnection.ice.obfuscate_host_addresses': false,
};

/**
 * @typedef {object} BrowserOptions
 * @property {string} name as shown to the others
 * @property {import('./fake-media.mjs').Sender} sender
 * @property {{width: number, height: number}} [viewport]
 * @property {string[]} [flags] more of Chromium's
 * @property {object} [prefs] more of Firefox's
 * @property {string} [namespace] network namespace to run in
 * @property {'dark' | 'light'} [colorScheme]
 * @property {boolean} [ownMedia] false: the browser's own fake camera
 * @property {import('./fake-media.mjs').Size} [capture] of the camera's picture, when it is not a small one
 * @property {string} [videoCodec] the only one that is offered, such as `video/VP9`
 * @property {number} [secondCamera] Chromium: there is another camera, whose pictures carry this id
 * @property {boolean} [mobile]
 * @property {number} [deviceScaleFactor]
 */

export class Person {
  /** Console errors and exceptions of the page that nothing allowed. */
  errors = [];
  #allowed = [];

  /** @param {BrowserOptions & {page: any, engine: 'chromium' | 'firefox', close: () => Promise<void>, newPage: () => Promise<any>}} given */
  constructor(given) {
    this.name = given.name;
    this.sender = given.sender;
    this.page = given.page;
    this.engine = given.engine;
    this.given = given;
    this.page.on('console', (message) => {
      const type = message.type();
      if (type === 'error') this.#error(`console: ${message.text()} ${where(message.location())}`);
    });
    this.page.on('pageerror', (error) => this.#error(`page: ${error.stack ?? error.message ?? error}`));
  }

  #error(text) {
    if (!this.#allowed.some((pattern) => pattern.test(text))) this.errors.push(text);
  }

  /** Errors that this scenario provokes, such as the browser's own line for a refused connection. */
  allowErrors(...patterns) {
    this.#allowed.push(...patterns);
    this.errors = this.errors.filter((text) => !patterns.some((pattern) => pattern.test(text)));
    return this;
  }

  async goto(url) {
    await this.page.goto(url, { waitUntil: 'domcontentloaded' });
  }

  async reload() {
    await this.page.reload({ waitUntil: 'domcontentloaded' });
  }

  /** Runs in the page. Playwright and Puppeteer agree on this much. */
  evaluate(run, argument) {
    return this.page.evaluate(run, argument);
  }

  /** Everybody that the page shows, see in-page.mjs as for the two below. */
  remotes() {
    return this.evaluate(() => window.__e2e.see.remotes());
  }

  /** @param {{beneath?: boolean}} [options] `beneath`: also a video that is hidden or covered */
  picture(participant, source, { beneath = false } = {}) {
    return this.evaluate(([p, s, b]) => window.__e2e.see.picture(p, s, b), [participant, source, beneath]);
  }

  tone(participant, source) {
    return this.evaluate(([p, s]) => window.__e2e.see.tone(p, s), [participant, source]);
  }

  /** @param {string} id a data-testid */
  async click(id, options) {
    await this.clickOn(`[data-testid="${id}"]`, options);
  }

  /** A real click of the mouse on what is visible, once it can be clicked. */
  async clickOn(selector, { timeout = 15_000 } = {}) {
    if (this.engine === 'chromium') {
      await this.page.locator(selector).first().click({ timeout });
    } else {
      await until(`a click on ${selector}`, () => this.#clickOnce(selector, timeout), { timeout });
    }
  }

  /** False when the element had moved away by the time of the click. */
  async #clickOnce(selector, timeout) {
    const { x, y } = await this.#clickablePoint(selector, timeout);
    await this.evaluate((s) => {
      window.__clicked = false;
      document.querySelector(s)?.addEventListener('click', () => (window.__clicked = true), { capture: true, once: true });
    }, selector);
    await this.page.mouse.click(x, y);
    // Undefined: the click has opened another page.
    return this.evaluate(() => window.__clicked !== false);
  }

  async fill(id, text) {
    const selector = `[data-testid="${id}"]`;
    if (this.engine === 'chromium') {
      await this.page.locator(selector).fill(text);
    } else {
      await this.clickOn(selector);
      await this.evaluate(
        ([s, words]) => {
          document.querySelector(s).select();
          document.execCommand('insertText', false, words);
        },
        [selector, text],
      );
    }
  }

  /**
   * Where an element can be clicked: visible, enabled, at rest and covered by nothing. Puppeteer's own locators make their
   * questions out of text, which the page's Content-Security-Policy does not let Firefox run.
   */
  #clickablePoint(selector, timeout) {
    const look = async (s) => {
      const element = document.querySelector(s);
      if (!element?.checkVisibility() || element.disabled) return null;
      element.scrollIntoView({ block: 'nearest', inline: 'nearest' });
      const before = element.getBoundingClientRect();
      await new Promise(requestAnimationFrame);
      const { x, y, width, height } = element.getBoundingClientRect();
      if (x !== before.x || y !== before.y || width === 0 || height === 0) return null;
      const point = { x: x + width / 2, y: y + height / 2 };
      const top = document.elementFromPoint(point.x, point.y);
      return top && (element.contains(top) || top.contains(element)) ? point : null;
    };
    return until(`${selector} can be clicked`, () => this.evaluate(look, selector), { timeout });
  }

  async press(key) {
    await this.page.keyboard.press(key);
  }

  async type(text) {
    await this.page.keyboard.type(text);
  }

  /** @returns {Promise<string | null>} visible text, null without the element */
  text(selector) {
    return this.evaluate((s) => document.querySelector(s)?.innerText ?? null, selector);
  }

  /** @returns {Promise<string[]>} */
  texts(selector) {
    return this.evaluate((s) => [...document.querySelectorAll(s)].map((element) => element.innerText), selector);
  }

  /** Whether the element is there and visible. */
  shows(selector) {
    return this.evaluate((s) => {
      const element = document.querySelector(s);
      return !!element && element.checkVisibility() && element.getBoundingClientRect().width > 0;
    }, selector);
  }

  async waitForShown(selector, { timeout = 15_000, what = selector } = {}) {
    await until(`${what} at ${this.name}`, () => this.shows(selector), { timeout });
  }

  async waitForText(pattern, { selector = 'body', timeout = 10_000 } = {}) {
    return until(
      `${pattern} at ${this.name}`,
      async () => {
        const text = await this.text(selector);
        return text !== null && pattern.test(text) ? text : null;
      },
      { timeout },
    );
  }

  /** Opens the lobby of a room under this person's name and waits for the camera to be live. */
  async openLobby(base, room, query = {}) {
    const search = new URLSearchParams({ name: this.name, ...query });
    await this.goto(`${base}/r/${encodeURIComponent(room)}?${search}`);
    await this.waitForShown('[data-testid="join"]', { what: 'the lobby' });
    await until(
      `live camera in the lobby of ${this.name}`,
      () => this.evaluate(() => document.querySelector('[data-testid="local-video"]')?.videoWidth > 0),
      { timeout: 20_000 },
    );
  }

  /** Into the room through the lobby. */
  async enter(base, room, query = {}) {
    await this.openLobby(base, room, query);
    await this.join();
  }

  /** Into the room past the lobby. */
  async enterAtOnce(base, room) {
    const search = new URLSearchParams({ name: this.name, autojoin: '1' });
    await this.goto(`${base}/r/${encodeURIComponent(room)}?${search}`);
    await this.waitForShown('[data-testid="leave"]', { what: 'the call' });
  }

  async join() {
    await this.click('join');
    await this.waitForShown('[data-testid="leave"]', { what: 'the call' });
  }

  /** Another tab in the same browser. */
  async newTab() {
    const page = await this.given.newPage();
    return new Person({ ...this.given, page, close: async () => {} });
  }

  /** Evidence after a failure. */
  async evidence(prefix) {
    mkdirSync(TARGET, { recursive: true });
    const file = join(TARGET, `${prefix}-${this.name}`.replace(/[^\p{L}\p{N}-]+/gu, '_').slice(0, 150));
    await this.page.screenshot({ path: `${file}.png` }).catch((error) => this.errors.push(`screenshot: ${error.message}`));
    const dump = await this.evaluate(() => window.__e2e?.see.dump()).catch((error) => `no getStats: ${error.message}`);
    const html = await this.evaluate(() => document.documentElement.outerHTML).catch(() => '');
    writeFileSync(`${file}.json`, JSON.stringify({ url: this.page.url(), errors: this.errors, connections: dump }, null, 1));
    writeFileSync(`${file}.html`, html);
    return `${file}.png`;
  }

  close() {
    return this.given.close();
  }
}

const where = (location) => (location?.url ? `(${location.url}:${location.lineNumber})` : '');

/** A wrapper that starts the browser inside a network namespace; the driver's pipe crosses it. */
function inNamespace(executable, namespace, folder) {
  if (!namespace) return executable;
  const script = join(folder, 'start.sh');
  writeFileSync(script, `#!/bin/sh\nexec ip netns exec ${namespace} ${executable} "$@"\n`);
  chmodSync(script, 0o755);
  return script;
}

/** Chromiums that run, by their command line: starting one costs more than a scenario's fresh context in it. */
const running = new Map();

function runningChromium(flags, namespace) {
  const key = JSON.stringify([flags, namespace]);
  if (!running.has(key)) {
    const folder = mkdtempSync(join(tmpdir(), 'stoa-chromium-'));
    const launched = chromium.launch({ executablePath: inNamespace(CHROMIUM, namespace, folder), headless: true, args: flags });
    running.set(key, { launched, folder });
    launched.then((browser) => browser.on('disconnected', () => running.delete(key))).catch(() => running.delete(key));
  }
  return running.get(key).launched;
}

/** To be called once everything in this process is done. */
export async function closeChromiums() {
  for (const { launched, folder } of [...running.values()]) {
    await launched.then((browser) => browser.close()).catch(() => {});
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param {BrowserOptions} options */
export async function openChromium(options) {
  if (!existsSync(CHROMIUM)) throw new Error(`no Chromium at ${CHROMIUM}: apt-get install chromium, or set E2E_CHROMIUM`);
  const { sender, viewport = { width: 900, height: 620 }, flags = [], ownMedia = true, secondCamera } = options;
  const media = ownMedia ? [`--use-file-for-fake-audio-capture=${audioFile(sender.hz)}`] : [];
  if (secondCamera !== undefined) media.push('--use-fake-device-for-media-stream=device-count=2');
  else if (ownMedia) media.push(`--use-file-for-fake-video-capture=${videoFile(sender.id, options.capture)}`);
  const browser = await runningChromium([...CHROMIUM_FLAGS, ...media, ...flags], options.namespace);
  const context = await browser.newContext({
    viewport,
    deviceScaleFactor: options.deviceScaleFactor ?? 1,
    colorScheme: options.colorScheme ?? 'light',
    isMobile: options.mobile ?? false,
    hasTouch: options.mobile ?? false,
    permissions: ['clipboard-read', 'clipboard-write', 'camera', 'microphone'],
  });
  context.setDefaultTimeout(15_000);
  await context.addInitScript(observerSource);
  if (options.videoCodec) await context.addInitScript(offerOnlySource(options.videoCodec));
  if (secondCamera !== undefined) {
    const ids = [sender.id, secondCamera];
    await context.addInitScript(fakeCaptureSource({ ids, fps: FPS, width: WIDTH, height: HEIGHT }));
  }
  const page = await context.newPage();
  const newPage = () => context.newPage();
  return new Person({ ...options, page, engine: 'chromium', close: () => context.close(), newPage, context });
}

/** @param {BrowserOptions} options */
export async function openFirefox(options) {
  if (!existsSync(FIREFOX)) throw new Error(`no Firefox at ${FIREFOX}: apt-get install firefox-esr, or set E2E_FIREFOX`);
  const { sender, viewport = { width: 900, height: 620 }, prefs = {}, ownMedia = true } = options;
  const folder = mkdtempSync(join(tmpdir(), 'stoa-firefox-'));
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath: FIREFOX,
    headless: true,
    userDataDir: join(folder, 'profile'),
    extraPrefsFirefox: { ...FIREFOX_PREFS, 'media.navigator.audio.fake_frequency': sender.hz, ...prefs },
    defaultViewport: viewport,
    timeout: 60_000,
  });
  const prepare = async (page) => {
    page.setDefaultTimeout(15_000);
    await page.evaluateOnNewDocument(observerSource);
    if (options.videoCodec) await page.evaluateOnNewDocument(offerOnlySource(options.videoCodec));
    if (ownMedia) {
      const { width, height } = options.capture ?? { width: WIDTH, height: HEIGHT };
      await page.evaluateOnNewDocument(fakeCaptureSource({ ids: [sender.id], fps: FPS, width, height }));
    }
    return page;
  };
  const close = async () => {
    await browser.close().catch(() => browser.process()?.kill('SIGKILL'));
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  };
  const page = await prepare(await browser.newPage());
  return new Person({ ...options, page, engine: 'firefox', close, newPage: async () => prepare(await browser.newPage()) });
}
