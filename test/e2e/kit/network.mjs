/** Two machines made of network namespaces, joined by two cables of which one is plugged in at a time. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** @returns {string | false} why this machine cannot make namespaces */
export function noNamespaces() {
  if (process.platform !== 'linux') return 'network namespaces need Linux';
  if (process.getuid?.() !== 0) return 'network namespaces need root';
  if (!['/usr/sbin/ip', '/sbin/ip', '/usr/bin/ip'].some((path) => existsSync(path))) return 'iproute2 is not installed';
  try {
    execFileSync('ip', ['netns', 'add', 'stoa-e2e-probe'], { stdio: 'pipe' });
    execFileSync('ip', ['netns', 'del', 'stoa-e2e-probe'], { stdio: 'pipe' });
    return false;
  } catch (error) {
    return `network namespaces do not work here: ${String(error.stderr ?? error.message).trim()}`;
  }
}

export const NFT = '/usr/sbin/nft';

/** @returns {string | false} why this machine can make namespaces but no firewalls in them */
export const noFirewalls = () => noNamespaces() || (existsSync(NFT) ? false : 'nftables is not installed');

function nft(namespace, rules) {
  execFileSync('ip', ['netns', 'exec', namespace, NFT, '-f', '-'], { input: `${rules}\n`, stdio: ['pipe', 'pipe', 'inherit'] });
}

const ip = (...words) => execFileSync('ip', words, { stdio: 'pipe' }).toString();

/**
 * `far` has the server and one person; `near` has the other person, who changes from one cable to the other. The server
 * keeps one address over both. Addresses are ordinary public ones, inside the namespaces only.
 */
export class TwoCables {
  near = 'stoa-e2e-near';
  far = 'stoa-e2e-far';
  /** The server as `near` reaches it. */
  serverAddress = '11.9.9.9';

  constructor() {
    this.remove();
    for (const namespace of [this.near, this.far]) {
      ip('netns', 'add', namespace);
      ip('-n', namespace, 'link', 'set', 'lo', 'up');
    }
    for (const cable of [1, 2]) {
      ip('link', 'add', `stoa-n${cable}`, 'netns', this.near, 'type', 'veth', 'peer', 'name', `stoa-f${cable}`, 'netns', this.far);
    }
    ip('-n', this.far, 'addr', 'add', `${this.serverAddress}/32`, 'dev', 'lo');
    this.plugIn(1);
  }

  plugIn(cable) {
    const sides = [
      [this.near, `stoa-n${cable}`, `11.1.${cable}.1`, `11.1.${cable}.2`],
      [this.far, `stoa-f${cable}`, `11.1.${cable}.2`, `11.1.${cable}.1`],
    ];
    for (const [namespace, device, own] of sides) {
      ip('-n', namespace, 'addr', 'add', `${own}/24`, 'dev', device);
      ip('-n', namespace, 'link', 'set', device, 'up');
    }
    for (const [namespace, device, , other] of sides) {
      ip('-n', namespace, 'route', 'replace', 'default', 'via', other, 'dev', device);
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

  /** A firewall at `near` that lets no UDP through. */
  blockUdp() {
    nft(this.near, 'table inet wall { chain input { type filter hook input priority 0; meta l4proto udp drop; }; chain output { type filter hook output priority 0; meta l4proto udp drop; }; }');
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
    for (const namespace of [this.near, this.far]) {
      try {
        ip('netns', 'del', namespace);
      } catch {
        // It was not there.
      }
    }
  }
}
