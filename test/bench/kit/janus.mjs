/**
 * Janus (Debian's package) with its VideoRoom and its WebSocket alone, by a configuration of its own in a temporary folder
 * and on a port of its own. The package's service is not started.
 */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const BINARY = '/usr/bin/janus';
const POLICY = '/usr/sbin/policy-rc.d';
const LIBRARIES = ['/usr/lib/x86_64-linux-gnu/janus', '/usr/lib/aarch64-linux-gnu/janus'];
const PORT = 8188;

/** Debian starts a service as soon as it is installed, unless a policy says no (invoke-rc.d(8)). */
export function installJanus() {
  if (existsSync(BINARY)) return;
  const own = !existsSync(POLICY);
  if (own) writeFileSync(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    execFileSync('apt-get', ['install', '-y', '--no-install-recommends', 'janus'], { stdio: 'inherit' });
  } finally {
    if (own) rmSync(POLICY);
  }
}

/**
 * What the package's own files have, without the plugins and transports that nobody uses here, and with the fixed number of
 * event loops that its authors advise for many handles (janus.jcfg: event_loops).
 */
function configuration(folder, library, eventLoops) {
  const loops = eventLoops > 0 ? `event_loops = ${eventLoops}` : '';
  return `general: {
    configs_folder = "${folder}"
    plugins_folder = "${library}/plugins"
    transports_folder = "${library}/transports"
    events_folder = "${library}/events"
    loggers_folder = "${library}/loggers"
    debug_level = 3
    debug_timestamps = true
    ${loops}
  }
  nat: { nice_debug = false, ice_ignore_list = "vmnet" }
  plugins: { disable = "${['audiobridge', 'duktape', 'echotest', 'lua', 'nosip', 'recordplay', 'sip', 'streaming', 'textroom', 'videocall', 'voicemail'].map((name) => `libjanus_${name}.so`).join(',')}" }
  transports: { disable = "${['http', 'mqtt', 'nanomsg', 'pfunix', 'rabbitmq'].map((name) => `libjanus_${name}.so`).join(',')}" }
  loggers: { disable = "libjanus_jsonlog.so" }
`;
}

/** @param {import('./cable.mjs').Cable} cable */
export async function startJanus(cable, eventLoops = cpus().length) {
  const folder = mkdtempSync(join(tmpdir(), 'stoa-bench-janus-'));
  const library = LIBRARIES.find((path) => existsSync(path));
  const files = {
    'janus.jcfg': configuration(folder, library, eventLoops),
    'janus.plugin.videoroom.jcfg': 'general: {}\n',
    'janus.transport.websockets.jcfg': `general: { json = "compact", ws = true, ws_port = ${PORT}, wss = false }\nadmin: {}\n`,
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const process = spawn('ip', ['netns', 'exec', cable.server, BINARY, '-F', folder, '-C', join(folder, 'janus.jcfg')], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  for (const stream of [process.stdout, process.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => (log = (log + text).slice(-8_000)));
  }
  const exited = new Promise((resolve) => process.once('exit', resolve));
  const server = {
    name: 'Janus',
    pid: process.pid, // ip(8) becomes the program that it runs
    url: `ws://${cable.serverAddress}:${PORT}`,
    dialect: 'janus',
    log: () => log,
    async stop() {
      process.kill('SIGTERM');
      const hung = setTimeout(() => process.kill('SIGKILL'), 10_000);
      await exited;
      clearTimeout(hung);
      rmSync(folder, { recursive: true, force: true });
    },
  };
  const end = Date.now() + 15_000;
  // Its WebSocket port refuses what is no WebSocket, which is an answer.
  while (cable.get(`http://${cable.serverAddress}:${PORT}/`) === null) {
    if (process.exitCode !== null || Date.now() > end) throw new Error(`Janus does not answer:\n${log}`);
    await sleep(100);
  }
  return server;
}
