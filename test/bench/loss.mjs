/**
 * A call through the server over a path that loses packets both ways: pictures a second and time frozen at the receivers,
 * with retransmission (NACK, RTX) and without. Needs root: the path is a cable between two network namespaces.
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { closeChromiums, openChromium } from '../e2e/kit/browsers.mjs';
import { sender } from '../e2e/kit/fake-media.mjs';
import { NFT, TwoCables, noNamespaces } from '../e2e/kit/network.mjs';
import { expectAllSeeAll } from '../e2e/kit/observe.mjs';
import { startServer } from '../e2e/kit/server.mjs';
import { machine } from './kit/machine.mjs';
import { report, round } from './kit/report.mjs';
import { JVM } from './kit/servers.mjs';

const SECONDS = Number(process.env.SECONDS ?? 15);
const LOSSES = [2, 5, 10];
const SETTLE_MS = 3_000;
const VIEWPORT = { width: 640, height: 420 };

/** In the page: offers leave without retransmission, so none is agreed on. */
function withoutRetransmission() {
  const send = WebSocket.prototype.send;
  const strip = (sdp) => {
    const rtx = [...sdp.matchAll(/^a=rtpmap:(\d+) rtx\//gm)].map(([, type]) => type);
    return sdp
      .split('\r\n')
      .filter((line) => !/^a=rtcp-fb:\S+ nack$/.test(line) && !/^a=ssrc-group:FID /.test(line))
      .filter((line) => !rtx.some((type) => line.startsWith(`a=rtpmap:${type} `) || line.startsWith(`a=fmtp:${type} `)))
      .map((line) => (line.startsWith('m=video') ? line.split(' ').filter((word) => !rtx.includes(word)).join(' ') : line))
      .join('\r\n');
  };
  WebSocket.prototype.send = function (text) {
    const message = typeof text === 'string' && text.includes('"type":"offer"') ? JSON.parse(text) : null;
    return send.call(this, message === null ? text : JSON.stringify({ ...message, sdp: strip(message.sdp) }));
  };
}

const sample = (person) =>
  person.evaluate(async () => {
    const sum = { at: performance.now(), framesDecoded: 0, totalFreezesDuration: 0, retransmittedPacketsReceived: 0, packetsLost: 0 };
    for (const connection of window.__e2e.connections) {
      for (const each of (await connection.getStats()).values()) {
        if (each.type !== 'inbound-rtp' || each.kind !== 'video' || !each.framesDecoded) continue;
        for (const name of Object.keys(sum)) sum[name] += name === 'at' ? 0 : (each[name] ?? 0);
      }
    }
    return sum;
  });

async function measure(repaired) {
  const cables = new TwoCables();
  const server = await startServer({ namespace: cables.far, flags: ['--open'] });
  try {
    const nearUrl = `http://${cables.serverAddress}:${server.port}`;
    const insecure = [`--unsafely-treat-insecure-origin-as-secure=${nearUrl}`];
    const near = await openChromium({ name: 'Near', sender: sender(0), viewport: VIEWPORT, namespace: cables.near, flags: insecure });
    const far = await openChromium({ name: 'Far', sender: sender(1), viewport: VIEWPORT, namespace: cables.far });
    if (!repaired) for (const person of [near, far]) await person.given.context.addInitScript(withoutRetransmission);
    await near.enter(nearUrl, 'loss', { topology: 'sfu' });
    await far.enter(server.url, 'loss', { topology: 'sfu' });
    await expectAllSeeAll([near, far], { timeout: 40_000 });
    const figures = [];
    for (const percent of LOSSES) {
      cables.lose(percent);
      await sleep(SETTLE_MS);
      const before = await Promise.all([sample(near), sample(far)]);
      await sleep(SECONDS * 1000);
      const after = await Promise.all([sample(near), sample(far)]);
      for (const [n, direction] of [[1, 'to the server'], [0, 'from the server']]) {
        const seconds = (after[n].at - before[n].at) / 1000;
        figures.push({
          percent,
          direction,
          fps: (after[n].framesDecoded - before[n].framesDecoded) / seconds,
          frozenPercent: (100 * (after[n].totalFreezesDuration - before[n].totalFreezesDuration)) / seconds,
          retransmitted: after[n].retransmittedPacketsReceived - before[n].retransmittedPacketsReceived,
        });
      }
    }
    return figures;
  } finally {
    await closeChromiums();
    await server.stop();
    server.dispose();
    cables.remove();
  }
}

const impossible = noNamespaces();
if (impossible) {
  console.error(`error: ${impossible}`);
  process.exit(2);
}
if (!existsSync(NFT)) execFileSync('apt-get', ['install', '-y', '--no-install-recommends', 'nftables'], { stdio: 'inherit' });

const repaired = await measure(true);
const bare = await measure(false);
const rows = repaired.flatMap((figure, n) => {
  const base = { peerName: 'without NACK and RTX', aim: 'printed', holds: true, ratio: null };
  const where = `${figure.percent} % lost ${figure.direction}`;
  return [
    { ...base, metric: `pictures decoded, ${where}`, unit: '1/s', stoa: round(figure.fps, 1), peer: round(bare[n].fps, 1) },
    { ...base, metric: `time frozen, ${where}`, unit: '%', stoa: round(figure.frozenPercent, 1), peer: round(bare[n].frozenPercent, 1) },
  ];
});
report('loss', machine(JVM.java), rows, { seconds: SECONDS, repaired, bare });
