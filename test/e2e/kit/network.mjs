/** Machines made of network namespaces. Addresses are ordinary public ones, inside the namespaces only. */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Of this run's own: another one may go on beside it. */
export const PREFIX = `stoa-e2e-${process.pid}-`;

/** @returns {string | false} why this machine cannot make namespaces */
export function noNamespaces() {
  if (process.platform !== 'linux') return 'network namespaces need Linux';
  if (process.getuid?.() !== 0) return 'network namespaces need root';
  if (!['/usr/sbin/ip', '/sbin/ip', '/usr/bin/ip'].some((path) => existsSync(path))) return 'iproute2 is not installed';
  try {
    execFileSync('ip', ['netns', 'add', `${PREFIX}probe`], { stdio: 'pipe' });
    execFileSync('ip', ['netns', 'del', `${PREFIX}probe`], { stdio: 'pipe' });
    return false;
  } catch (error) {
    return `network namespaces do not work here: ${String(error.stderr ?? error.message).trim()}`;
  }
}

export const NFT = '/usr/sbin/nft';

/** @returns {string | false} why this machine can make namespaces but no firewalls in them */
export const noFirewalls = () => noNamespaces() || (existsSync(NFT) ? false : 'nftables is not installed');

export function nft(namespace, rules) {
  execFileSync('ip', ['netns', 'exec', namespace, NFT, '-f', '-'], { input: `${rules}\n`, stdio: ['pipe', 'pipe', 'inherit'] });
}

export const ip = (...words) => execFileSync('ip', words, { stdio: 'pipe' }).toString();

export function addNamespaces(...namespaces) {
  removeNamespaces(...leftovers());
  for (const namespace of namespaces) {
    ip('netns', 'add', namespace);
    ip('-n', namespace, 'link', 'set', 'lo', 'up');
  }
}

/** Namespaces of runs that were killed. */
function leftovers() {
  const names = ip('netns', 'list').split('\n').map((line) => line.split(' ')[0]);
  return names.filter((name) => {
    const [, run] = /^stoa-e2e-(\d+)-/.exec(name) ?? [];
    return run !== undefined && !existsSync(`/proc/${run}`);
  });
}

/** @param {[namespace: string, device: string]} one */
export function addCable(one, other) {
  ip('link', 'add', one[1], 'netns', one[0], 'type', 'veth', 'peer', 'name', other[1], 'netns', other[0]);
}

/** Brings a device up under an address. */
export function address(namespace, device, cidr) {
  // Without duplicate address detection, during which an IPv6 address cannot be used for a second or two.
  const nodad = cidr.includes(':') ? ['nodad'] : [];
  ip('-n', namespace, 'addr', 'add', cidr, 'dev', device, ...nodad);
  ip('-n', namespace, 'link', 'set', device, 'up');
}

/** The kernel says so up to a second after both ends of a cable are there; until then nobody uses its addresses. */
export function awaitLink(namespace, device) {
  const end = Date.now() + 10_000;
  while (!/state UP/.test(ip('-n', namespace, 'link', 'show', device))) {
    if (Date.now() > end) throw new Error(`${device} in ${namespace} does not come up`);
  }
}

export function removeNamespaces(...namespaces) {
  for (const namespace of namespaces) {
    try {
      ip('netns', 'del', namespace);
    } catch {
      // It was not there.
    }
  }
}

/**
 * `far` has the server and one person; `near` has the other person, who changes from one of two cables to the other. The
 * server keeps one address over both.
 */
export class TwoCables {
  near = `${PREFIX}near`;
  far = `${PREFIX}far`;
  /** The server as `near` reaches it. */
  serverAddress = '11.9.9.9';

  constructor() {
    this.remove();
    addNamespaces(this.near, this.far);
    for (const cable of [1, 2]) addCable([this.near, `stoa-n${cable}`], [this.far, `stoa-f${cable}`]);
    ip('-n', this.far, 'addr', 'add', `${this.serverAddress}/32`, 'dev', 'lo');
    this.plugIn(1);
  }

  plugIn(cable) {
    const sides = [
      [this.near, `stoa-n${cable}`, `11.1.${cable}.1`, `11.1.${cable}.2`],
      [this.far, `stoa-f${cable}`, `11.1.${cable}.2`, `11.1.${cable}.1`],
    ];
    for (const [namespace, device, own] of sides) {
      address(namespace, device, `${own}/24`);
    }
    for (const [namespace, device, , other] of sides) {
      ip('-n', namespace, 'route', 'replace', 'default', 'via', other, 'dev', device);
      awaitLink(namespace, device);
    }
  }

  /** Takes the address away too, as leaving a wireless network does. */
  unplug(cable) {
    for (const [namespace, device] of [
      [this.near, `stoa-n${cable}`],
      [this.far, `stoa-f${cable}`],
    ]) {
      ip('-n', namespace, 'link', 'set', device, 'down');
      ip('-n', namespace, 'addr', 'flush', 'dev', device);
    }
  }

  /** A firewall at `near` that lets none of it through. @param {'udp' | 'tcp'} protocol */
  block(protocol) {
    nft(
      this.near,
      `table inet wall { chain input { type filter hook input priority 0; meta l4proto ${protocol} drop; }; chain output { type filter hook output priority 0; meta l4proto ${protocol} drop; }; }`,
    );
  }

  unblock() {
    nft(this.near, 'delete table inet wall');
  }

  /** Random loss of UDP that comes in by the first cable, at both ends: signaling is TCP and is left alone. */
  lose(percent) {
    for (const [namespace, device] of [
      [this.near, 'stoa-n1'],
      [this.far, 'stoa-f1'],
    ]) {
      nft(
        namespace,
        `table inet loss\ndelete table inet loss\ntable inet loss { chain input { type filter hook input priority 0; iifname "${device}" meta l4proto udp numgen random mod 100 < ${percent} drop; }; }`,
      );
    }
  }

  remove() {
    removeNamespaces(this.near, this.far);
  }
}

/** One machine whose every UDP packet, also to itself, is lost by chance. */
export class LossyLoopback {
  #namespace = 'stoa-e2e-lossy';

  constructor(percent) {
    this.remove();
    addNamespaces(this.#namespace);
    // Browsers gather no loopback addresses: it has one of the world too, and what is sent there comes by loopback.
    addCable([this.#namespace, 'stoa-l1'], [this.#namespace, 'stoa-l2']);
    address(this.#namespace, 'stoa-l1', '11.7.7.7/24');
    ip('-n', this.#namespace, 'link', 'set', 'stoa-l2', 'up');
    ip('-n', this.#namespace, 'route', 'replace', 'default', 'via', '11.7.7.8', 'dev', 'stoa-l1');
    awaitLink(this.#namespace, 'stoa-l1');
    nft(
      this.#namespace,
      `table inet loss { chain input { type filter hook input priority 0; meta l4proto udp numgen random mod 100 < ${percent} drop; }; }`,
    );
  }

  /** Runs a program in it. @returns {Promise<{code: number, output: string}>} */
  run(program, words, env) {
    return new Promise((resolve, reject) => {
      const child = spawn('ip', ['netns', 'exec', this.#namespace, program, ...words], {
        env: { ...process.env, NODE_TEST_CONTEXT: undefined, ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let output = '';
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
      child.once('error', reject);
      child.once('exit', (code) => resolve({ code, output }));
    });
  }

  remove() {
    removeNamespaces(this.#namespace);
  }
}

/** Two machines that know no IPv4 beyond their own loopback interfaces. */
export class CableOfIpv6 {
  near = `${PREFIX}near`;
  far = `${PREFIX}far`;
  nearAddress = '2a0e:5700::1';
  serverAddress = '2a0e:5700::2';

  constructor() {
    this.remove();
    addNamespaces(this.near, this.far);
    addCable([this.near, 'stoa-n1'], [this.far, 'stoa-f1']);
    address(this.near, 'stoa-n1', `${this.nearAddress}/64`);
    address(this.far, 'stoa-f1', `${this.serverAddress}/64`);
    for (const [namespace, device] of [[this.near, 'stoa-n1'], [this.far, 'stoa-f1']]) awaitLink(namespace, device);
  }

  remove() {
    removeNamespaces(this.near, this.far);
  }
}

/**
 * A server as clouds have them: `far` knows its inner address only, and a router between it and `near` translates the outer
 * one to it, and back.
 */
export class OneToOneNat {
  near = `${PREFIX}near`;
  far = `${PREFIX}far`;
  #router = `${PREFIX}router`;
  innerAddress = '10.77.0.2';
  outerAddress = '11.5.5.5';

  constructor() {
    this.remove();
    addNamespaces(this.near, this.#router, this.far);
    addCable([this.near, 'stoa-n1'], [this.#router, 'stoa-out']);
    addCable([this.#router, 'stoa-in'], [this.far, 'stoa-f1']);
    address(this.near, 'stoa-n1', '11.1.1.1/24');
    address(this.#router, 'stoa-out', '11.1.1.2/24');
    address(this.#router, 'stoa-in', '10.77.0.1/24');
    address(this.far, 'stoa-f1', `${this.innerAddress}/24`);
    for (const [namespace, device] of [[this.near, 'stoa-n1'], [this.far, 'stoa-f1']]) awaitLink(namespace, device);
    ip('-n', this.near, 'route', 'add', 'default', 'via', '11.1.1.2');
    ip('-n', this.far, 'route', 'add', 'default', 'via', '10.77.0.1');
    ip('netns', 'exec', this.#router, 'sysctl', '-q', '-w', 'net.ipv4.ip_forward=1');
    nft(
      this.#router,
      `table ip nat {
        chain in { type nat hook prerouting priority -100; iifname "stoa-out" ip daddr ${this.outerAddress} dnat to ${this.innerAddress}; }
        chain out { type nat hook postrouting priority 100; oifname "stoa-out" ip saddr ${this.innerAddress} snat to ${this.outerAddress}; }
      }`,
    );
  }

  remove() {
    removeNamespaces(this.near, this.#router, this.far);
  }
}
