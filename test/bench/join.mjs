/**
 * From the click on “Join”, with the camera live in the lobby, to the first frame of the other person's video on the
 * page: both browsers, the server and the media on this machine.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { openChromium } from '../e2e/kit/browsers.mjs';
import { sender } from '../e2e/kit/fake-media.mjs';
import { expectGone, expectPicture, participantOf } from '../e2e/kit/observe.mjs';
import { ROOT, startServer } from '../e2e/kit/server.mjs';
import { until } from '../e2e/kit/wait.mjs';

const ROUNDS = Number(process.env.ROUNDS ?? 20);
const AIM_MS = { p50: 500, p95: 1000 };
const WARM_UP = 2;

/** Busy and idle time of all cores since the machine started, in ticks. */
function cpuTimes() {
  const ticks = readFileSync('/proc/stat', 'utf8').split('\n')[0].trim().split(/\s+/).slice(1).map(Number);
  return { idle: ticks[3] + ticks[4], all: ticks.reduce((sum, tick) => sum + tick, 0) };
}

const percentile = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)];

async function round(guest, host, url) {
  await guest.openLobby(url, 'bench');
  await guest.evaluate(() => {
    window.__bench = { click: null, frame: null };
    document.querySelector('[data-testid="join"]').addEventListener(
      'click',
      () => (window.__bench.click ??= performance.now()),
      { capture: true },
    );
    const watcher = new MutationObserver(() => {
      const video = document.querySelector('[data-testid="remote-video"]');
      if (!video) return;
      watcher.disconnect();
      video.requestVideoFrameCallback((now) => (window.__bench.frame = now));
    });
    watcher.observe(document.body, { childList: true, subtree: true });
  });
  await guest.click('join');
  const { click, frame } = await until('the first frame', async () => {
    const times = await guest.evaluate(() => window.__bench);
    return times.frame === null ? null : times;
  });
  // A fast wrong picture would be no join.
  await expectPicture(guest, await participantOf(guest, host), host.sender.id);
  await guest.click('leave');
  await expectGone(host, guest);
  return frame - click;
}

const server = await startServer();
const people = [];
try {
  const host = await openChromium({ name: 'Host', sender: sender(0), viewport: { width: 640, height: 420 } });
  people.push(host);
  const guest = await openChromium({ name: 'Guest', sender: sender(1), viewport: { width: 640, height: 420 } });
  people.push(guest);
  await host.enter(server.url, 'bench');
  for (let n = 0; n < WARM_UP; n++) await round(guest, host, server.url);
  const before = cpuTimes();
  const times = [];
  for (let n = 0; n < ROUNDS; n++) times.push(await round(guest, host, server.url));
  const after = cpuTimes();
  times.sort((one, two) => one - two);

  const idlePercent = (100 * (after.idle - before.idle)) / (after.all - before.all);
  const invalid = idlePercent < 5 ? `the machine had ${idlePercent.toFixed(1)} % idle` : null;
  const rows = [
    ['p50', percentile(times, 0.5)],
    ['p95', percentile(times, 0.95)],
  ].map(([name, ms]) => ({
    metric: `click on join to first remote frame, ${name} of ${ROUNDS}`,
    unit: 'ms',
    stoa: Math.round(ms),
    peer: null,
    peerName: null,
    ratio: null,
    aim: `<= ${AIM_MS[name]}`,
    holds: invalid === null ? ms <= AIM_MS[name] : null,
    ...(invalid && { invalid }),
  }));
  const machine = {
    cpu: cpus()[0].model,
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    browser: `Chromium ${host.page.context().browser()?.version() ?? (await host.evaluate(() => navigator.userAgent.match(/Chrome\/([\d.]+)/)[1]))}`,
    node: process.version,
    idlePercent: Math.round(idlePercent),
  };
  const folder = join(ROOT, 'target', 'bench');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'join.json'), `${JSON.stringify({ machine, rows }, null, 2)}\n`);
  console.table(rows.map(({ metric, stoa, unit, aim, holds }) => ({ metric, stoa, unit, aim, holds: holds ?? invalid })));
  console.log(`${machine.cpu}, ${machine.cores} cores, ${machine.browser}, ${machine.idlePercent} % idle; rounds: ${times.map(Math.round).join(' ')}`);
} finally {
  await Promise.allSettled(people.map((person) => person.close()));
  await server.stop();
  server.dispose();
}
