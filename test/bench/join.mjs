/**
 * From the click on “Join”, with the camera live in the lobby, to the first frame of the other person's video on the
 * page: both browsers, the server and the media on this machine.
 */
import { closeChromiums, openChromium } from '../e2e/kit/browsers.mjs';
import { sender } from '../e2e/kit/fake-media.mjs';
import { expectGone, expectPicture, participantOf } from '../e2e/kit/observe.mjs';
import { startServer } from '../e2e/kit/server.mjs';
import { until } from '../e2e/kit/wait.mjs';
import { idlePercent, machine, machineTimes, quantile } from './kit/machine.mjs';
import { report } from './kit/report.mjs';
import { JVM } from './kit/servers.mjs';

const ROUNDS = Number(process.env.ROUNDS ?? 20);
const WARM_UP = 2;
const AIMS_MS = [
  [0.5, 700],
  [0.95, 1000],
];
const VIEWPORT = { width: 640, height: 420 };

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
try {
  const host = await openChromium({ name: 'Host', sender: sender(0), viewport: VIEWPORT });
  const guest = await openChromium({ name: 'Guest', sender: sender(1), viewport: VIEWPORT });
  await host.enter(server.url, 'bench');
  for (let n = 0; n < WARM_UP; n++) await round(guest, host, server.url);
  const before = machineTimes();
  const times = [];
  for (let n = 0; n < ROUNDS; n++) times.push(await round(guest, host, server.url));
  const idle = idlePercent(before, machineTimes());

  const invalid = idle < 5 ? `the machine had ${idle.toFixed(1)} % idle` : null;
  const rows = AIMS_MS.map(([share, aim]) => {
    const ms = quantile(times, share);
    return {
      metric: `click on join to the first remote frame, p${share * 100} of ${ROUNDS}`,
      unit: 'ms',
      stoa: Math.round(ms),
      peer: null,
      peerName: null,
      ratio: null,
      aim: `<= ${aim}`,
      holds: invalid === null ? ms <= aim : null,
      ...(invalid !== null && { invalid }),
    };
  });
  const browser = `Chromium ${host.page.context().browser().version()}`;
  report('join', { ...machine(JVM.java), browser, idlePercent: Math.round(idle) }, rows, { rounds: times.map(Math.round) });
  console.log(`${browser}; ${Math.round(idle)} % idle; rounds: ${times.map(Math.round).join(' ')}`);
} finally {
  await closeChromiums();
  await server.stop();
  server.dispose();
}
