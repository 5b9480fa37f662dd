/**
 * node run.mjs [quick|all|kit|setup|NAME…]
 *
 * quick: one scenario per capability. all: the full matrix, the kit's own tests too. NAME: one or more files of
 * scenarios/ in full, for example `call`. setup: installs what is missing and runs nothing.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { fileURLToPath } from 'node:url';
import { FFMPEG } from './kit/fake-media.mjs';
import { PROGRAM as PEER, PYTHON } from './kit/foreign-peer.mjs';

const HERE = fileURLToPath(new URL('.', import.meta.url));
/** The order of a run: what everything else rests on comes first. */
const ORDER = [
  'call', 'controls', 'chat', 'screen', 'mesh', 'sfu', 'sfu-codecs', 'layers', 'peers', 'java-peers', 'speakers',
  'data-channels', 'data', 'resilience', 'pages', 'bad-input', 'firefox', 'network', 'turn', 'nat', 'moves', 'doctor',
  'connectivity',
];

/** What kit/gstreamer-peer.py is made of; no package of one is known by a single file. */
const GSTREAMER = [
  'gstreamer1.0-plugins-base', 'gstreamer1.0-plugins-good', 'gstreamer1.0-plugins-bad', 'gstreamer1.0-nice',
  'gir1.2-gst-plugins-base-1.0', 'gir1.2-gst-plugins-bad-1.0', 'python3-gi', 'python3-websockets',
];

const wanted = process.argv.slice(2);
if (wanted.length === 0) wanted.push('quick');
const names = readdirSync(`${HERE}scenarios`)
  .filter((file) => file.endsWith('.test.mjs'))
  .map((file) => file.replace('.test.mjs', ''))
  .sort((one, two) => rank(one) - rank(two) || one.localeCompare(two));

function rank(name) {
  const at = ORDER.indexOf(name);
  return at < 0 ? ORDER.length : at;
}

function filesFor(word) {
  const kit = ['kit-tests/block-code.test.mjs', 'kit-tests/tone.test.mjs', 'kit-tests/observe.test.mjs', 'kit-tests/lab.test.mjs'];
  const scenarios = names.map((name) => `scenarios/${name}.test.mjs`);
  if (word === 'quick') return [...kit.slice(0, 2), ...scenarios];
  if (word === 'all') return [...kit, ...scenarios];
  if (word === 'setup') return [];
  if (word === 'kit') return kit;
  if (names.includes(word)) return [`scenarios/${word}.test.mjs`];
  console.error(`There is no ${word} among the browser tests. Known: quick, all, kit, setup, ${names.join(', ')}.`);
  process.exit(2);
}

function ensurePrograms() {
  // Firewalls between namespaces are root's business.
  const isRoot = process.getuid?.() === 0;
  const clips = ['quick', 'all', 'setup', 'java-peers', 'speakers'].some((word) => wanted.includes(word));
  const relays = isRoot && ['quick', 'all', 'setup', 'turn'].some((word) => wanted.includes(word));
  const missing = [
    ['chromium', process.env.E2E_CHROMIUM ?? '/usr/bin/chromium'],
    ['firefox-esr', process.env.E2E_FIREFOX ?? '/usr/bin/firefox-esr'],
    ...(clips ? [['ffmpeg', FFMPEG]] : []),
    ...(isRoot ? [['nftables', '/usr/sbin/nft'], ['tcpdump', '/usr/bin/tcpdump']] : []),
    ...(relays ? [['coturn', '/usr/bin/turnutils_uclient']] : []),
  ].filter(([, path]) => !existsSync(path));
  const packages = [...missing.map(([name]) => name), ...(peerProblem() ? GSTREAMER : [])];
  if (packages.length === 0) return;
  const canInstall = process.getuid?.() === 0 && existsSync('/usr/bin/apt-get') && existsSync('/etc/debian_version');
  const hint =
    `Install ${packages.join(' and ')}, for example: sudo apt-get install -y --no-install-recommends ${packages.join(' ')}\n` +
    'Or name the browsers: E2E_CHROMIUM=/path/to/chromium E2E_FIREFOX=/path/to/firefox';
  if (canInstall) {
    console.log(`Installing ${packages.join(' and ')} …`);
    const apt = (...words) => spawnSync('apt-get', words, { stdio: 'inherit' }).status === 0;
    const install = () => withoutServices(() => apt('install', '-y', '--no-install-recommends', ...packages));
    if ((install() || (apt('update') && install())) && !peerProblem()) return;
  }
  console.error(`The browser tests need ${packages.join(' and ')}, which this machine does not have.\n${hint}`);
  if (peerProblem()) console.error(`The peer made of GStreamer: ${peerProblem()}`);
  process.exit(2);
}

/** A package's service (coturn's) would take the ports that are tested; Debian asks this file before it starts one. */
function withoutServices(install) {
  const policy = '/usr/sbin/policy-rc.d';
  const isOurs = !existsSync(policy);
  if (isOurs) writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    return install();
  } finally {
    if (isOurs) rmSync(policy);
  }
}

/** Why the peer made of GStreamer, if it is wanted, cannot run here; empty when it can. */
function peerProblem() {
  if (!['quick', 'all', 'setup', 'peers'].some((word) => wanted.includes(word))) return '';
  const { status, error, stderr } = spawnSync(PYTHON, [PEER, '--check'], { encoding: 'utf8' });
  return status === 0 ? '' : (error?.message ?? stderr.trim().split('\n').at(-1));
}

/** npm ci when node_modules is missing or older than the lock file. */
function ensureModules() {
  const stamp = `${HERE}node_modules/.package-lock.json`;
  const lock = `${HERE}package-lock.json`;
  if (existsSync(stamp) && statSync(stamp).mtimeMs >= statSync(lock).mtimeMs) return;
  if (existsSync(stamp) && sameVersions(stamp, lock)) {
    utimesSync(stamp, new Date(), new Date());
    return;
  }
  const env = { ...process.env, PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD: '1', PUPPETEER_SKIP_DOWNLOAD: '1' };
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: HERE, stdio: 'inherit', env });
  if (status !== 0) {
    console.error('npm ci failed in test/e2e; the lines above say why.');
    process.exit(2);
  }
}

function sameVersions(stamp, lock) {
  const versions = (path) =>
    Object.entries(JSON.parse(readFileSync(path, 'utf8')).packages)
      .filter(([name, { optional }]) => name && !optional)
      .map(([name, { version }]) => `${name} ${version}`)
      .join('\n');
  return versions(stamp) === versions(lock);
}

const files = [...new Set(wanted.flatMap(filesFor))];
ensurePrograms();
ensureModules();
if (files.length === 0) process.exit(0);
process.chdir(HERE);
process.env.E2E_MATRIX = wanted.includes('quick') ? 'quick' : 'all';

const count = { passed: 0, failed: 0, skipped: 0 };
const began = Date.now();
// One file after another: two cores hold one call at a time.
const stream = run({ files: files.map((file) => HERE + file), concurrency: 1, timeout: 30 * 60_000 });
const leaf = ({ details, name }) => details?.type !== 'suite' && !name.endsWith('.test.mjs');
stream.on('test:pass', (event) => {
  if (!leaf(event)) return;
  if (event.skip !== undefined || event.todo !== undefined) count.skipped++;
  else count.passed++;
});
stream.on('test:fail', (event) => {
  if (leaf(event) || event.details?.error?.failureType !== 'subtestsFailed') count.failed++;
});
const report = stream.compose(new spec());
report.pipe(process.stdout);
await new Promise((resolve) => report.once('end', resolve));

const seconds = Math.round((Date.now() - began) / 1000);
const skipped = count.skipped > 0 ? `, ${count.skipped} skipped` : '';
console.log(`\nbrowser tests (${wanted.join(' ')}) took ${Math.floor(seconds / 60)} min ${seconds % 60} s`);
console.log(`${count.passed} passed, ${count.failed} failed${skipped}`);
process.exit(count.failed > 0 || count.passed === 0 ? 1 : 0);
