/**
 * An internet of this machine's own: hosts, each behind a router that translates, filters or slows down what passes it, and
 * one core that knows where everybody's public addresses are.
 *
 *     const lab = new Lab({ server: {}, ada: { behind: 'full-cone' }, boris: { behind: 'symmetric', wall: 'no-udp' } });
 *
 * Public addresses are ordinary ones (11.N.0.2, 2a0e:5700:N::2): documentation and test ranges are refused as relays' peers.
 * Whoever is behind a translator has an address of 10.N.0.0/24 that nobody else has a way to.
 */
import { execFileSync, spawn } from 'node:child_process';
import { PREFIX, addCable, addNamespaces, address, awaitLink, ip, nft, removeNamespaces } from './network.mjs';

const CORE = `${PREFIX}core`;
const INSIDE = 'inside';
const OUTSIDE = 'outside';

/**
 * What a router does with addresses. One host is behind each, so a port is free outside when it is free inside, and the
 * kernel keeps it: the same one for every destination.
 *
 * @type {Record<string, (own: string, outer: string) => string>}
 */
const TRANSLATORS = {
  /** Whoever knows the outer port gets in by it. */
  'full-cone': (own, outer) => `
    chain in { type nat hook prerouting priority -100; iifname ${OUTSIDE} ip daddr ${outer} meta l4proto udp dnat to ${own}; }
    chain out { type nat hook postrouting priority 100; oifname ${OUTSIDE} ip saddr ${own} snat to ${outer} persistent; }`,
  /** Only who was sent something gets in, from the port it was sent to. */
  'port-restricted': (own, outer) => `
    chain out { type nat hook postrouting priority 100; oifname ${OUTSIDE} ip saddr ${own} snat to ${outer} persistent; }`,
  /** Another outer port for each destination. */
  symmetric: (own, outer) => `
    chain out {
      type nat hook postrouting priority 100;
      oifname ${OUTSIDE} ip saddr ${own} meta l4proto { tcp, udp } snat to ${outer}:1024-65535 fully-random;
    }`,
  /** A cloud's: the outer address is the host's, which does not know it. */
  'one-to-one': (own, outer) => `
    chain in { type nat hook prerouting priority -100; iifname ${OUTSIDE} ip daddr ${outer} dnat to ${own}; }
    chain out { type nat hook postrouting priority 100; oifname ${OUTSIDE} ip saddr ${own} snat to ${outer}; }`,
};

/** What a router lets through. */
const WALLS = {
  'no-udp': 'meta l4proto udp drop;',
  'only-443': `ct state established,related accept; oifname ${OUTSIDE} tcp dport 443 accept; drop;`,
};

/**
 * @typedef {object} HostOptions
 * @property {'full-cone' | 'port-restricted' | 'symmetric' | 'one-to-one'} [behind] default: a public address of its own
 * @property {'no-udp' | 'only-443' | string} [wall] or a rule of its own, as nft has it
 * @property {4 | 6 | 46} [ip] versions that it has addresses of, default 4
 * @property {number} [loss] percent of UDP, in each direction
 * @property {string} [rate] of its link, each way, such as `500kbit`
 */

/** One machine. `outer` is where others find it, `own` the address that it knows itself by. */
export class Host {
  /** @param {string} name @param {number} number @param {HostOptions} options */
  constructor(name, number, { behind, wall, ip: versions = 4, loss = 0, rate }) {
    this.name = name;
    this.options = { behind, wall, versions, loss, rate };
    this.namespace = PREFIX + name;
    this.router = `${PREFIX}${name}-gate`;
    this.number = number;
    this.ipv4 = versions !== 6;
    this.ipv6 = versions !== 4;
    this.outer = this.ipv4 ? `11.${number}.0.2` : `2a0e:5700:${number}::2`;
    this.own = behind ? `10.${number}.0.2` : this.outer;
    this.outer6 = this.ipv6 ? `2a0e:5700:${number}::2` : null;
  }

  /** Every address by which it could be known. */
  get addresses() {
    return [...new Set([this.outer, this.own, this.outer6].filter((each) => each !== null))];
  }

  /** A program in it, to its end. @returns {string} what it printed */
  run(command, ...words) {
    return execFileSync('ip', ['netns', 'exec', this.namespace, command, ...words], { stdio: 'pipe' }).toString();
  }

  /** A program in it that goes on. */
  spawn(command, words, options = { stdio: ['ignore', 'pipe', 'inherit'] }) {
    return spawn('ip', ['netns', 'exec', this.namespace, command, ...words], options);
  }
}

export class Lab {
  #namespaces;

  /** @param {Record<string, HostOptions>} hosts by name, of at most eight letters */
  constructor(hosts) {
    /** @type {Record<string, Host>} */
    this.hosts = {};
    Object.entries(hosts).forEach(([name, options], index) => (this.hosts[name] = new Host(name, index + 1, options)));
    const all = Object.values(this.hosts);
    this.#namespaces = [CORE, ...all.flatMap(({ namespace, router }) => [namespace, router])];
    this.remove();
    addNamespaces(...this.#namespaces);
    forward(CORE);
    for (const host of all) this.#connect(host);
    for (const { namespace, router } of all) {
      awaitLink(namespace, 'net');
      awaitLink(router, OUTSIDE);
    }
  }

  /** Host - router - core. */
  #connect({ namespace, router, number, options, own, outer, ipv4, ipv6 }) {
    const uplink = `up${number}`;
    addCable([namespace, 'net'], [router, INSIDE]);
    addCable([router, OUTSIDE], [CORE, uplink]);
    forward(router);
    for (const [space, device] of [[namespace, 'net'], [router, INSIDE], [router, OUTSIDE], [CORE, uplink]]) {
      ip('-n', space, 'link', 'set', device, 'up');
    }
    if (ipv4) {
      address(namespace, 'net', `${own}/24`);
      address(router, INSIDE, `${own.replace(/2$/, '1')}/24`);
      address(router, OUTSIDE, `11.200.${number}.2/24`);
      address(CORE, uplink, `11.200.${number}.1/24`);
      ip('-n', namespace, 'route', 'add', 'default', 'via', own.replace(/2$/, '1'));
      ip('-n', router, 'route', 'add', 'default', 'via', `11.200.${number}.1`);
      ip('-n', CORE, 'route', 'add', `11.${number}.0.0/24`, 'via', `11.200.${number}.2`);
      if (own !== outer) ip('-n', router, 'addr', 'add', `${outer}/32`, 'dev', 'lo');
    }
    // Else the kernel speaks of its own accord, to all hosts of the link.
    if (!ipv6) for (const space of [namespace, router]) set(space, 'net.ipv6.conf.all.disable_ipv6=1');
    if (ipv6) {
      const prefix = `2a0e:5700:${number}:`;
      const transit = `2a0e:57ff:${number}:`;
      address(namespace, 'net', `${prefix}:2/64`);
      address(router, INSIDE, `${prefix}:1/64`);
      address(router, OUTSIDE, `${transit}:2/64`);
      address(CORE, uplink, `${transit}:1/64`);
      ip('-n', namespace, '-6', 'route', 'add', 'default', 'via', `${prefix}:1`);
      ip('-n', router, '-6', 'route', 'add', 'default', 'via', `${transit}:1`);
      ip('-n', CORE, '-6', 'route', 'add', `${prefix}:/64`, 'via', `${transit}:2`);
    }
    this.#rule({ router, options, own, outer });
  }

  #rule({ router, options: { behind, wall, loss, rate }, own, outer }) {
    if (behind) {
      nft(router, `table ip nat {${TRANSLATORS[behind](own, outer)}\n}`);
      // What nobody asked for must vanish here: the kernel would remember it, and give another port to the host's own
      // packet to the same place.
      nft(router, `table ip own { chain in { type filter hook input priority 0; iifname ${OUTSIDE} ct state new drop; }; }`);
    }
    if (loss > 0) {
      nft(router, `table inet loss { chain through { type filter hook forward priority -1; meta l4proto udp numgen random mod 100 < ${loss} drop; }; }`);
    }
    if (wall) nft(router, `table inet wall { chain through { type filter hook forward priority 0; ${WALLS[wall] ?? wall} }; }`);
    if (rate) {
      for (const device of [INSIDE, OUTSIDE]) {
        execFileSync('ip', ['netns', 'exec', router, 'tc', 'qdisc', 'add', 'dev', device, 'root', 'tbf', 'rate', rate, 'burst', '8kb', 'latency', '300ms']);
      }
    }
  }

  remove() {
    removeNamespaces(...this.#namespaces);
  }
}

const set = (namespace, ...values) => execFileSync('ip', ['netns', 'exec', namespace, 'sysctl', '-q', '-w', ...values]);

const forward = (namespace) => set(namespace, 'net.ipv4.ip_forward=1', 'net.ipv6.conf.all.forwarding=1');
