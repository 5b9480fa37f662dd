/** What the page about connectivity examines, and how it puts what was found. No browser in here. */

export type Verdict = 'waiting' | 'running' | 'ok' | 'warning' | 'failure' | 'skipped';

export interface Finding {
  readonly verdict: Verdict;
  /** What was found. */
  readonly message: string;
  /** What to change; empty when there is nothing to do. */
  readonly fix: string;
}

export interface Check {
  readonly id: CheckId;
  readonly title: string;
  /** What it is good for, in a sentence. */
  readonly about: string;
}

export type CheckId =
  'page' | 'devices' | 'server' | 'signaling' | 'media' | 'nat' | 'stun' | 'turn-udp' | 'turn-tcp' | 'turn-tls';

export const CHECKS: readonly Check[] = [
  { id: 'page', title: 'Secure page', about: 'Browsers open cameras on https and on localhost only.' },
  { id: 'devices', title: 'Camera and microphone', about: 'Whether there are any, and this page may ask for them.' },
  { id: 'server', title: 'Server and clock', about: 'Whether it answers, and both clocks agree: tokens have a time.' },
  { id: 'signaling', title: 'Signaling', about: 'The WebSocket by which participants find each other.' },
  { id: 'media', title: 'Media through the server', about: 'Calls of three and more go this way.' },
  { id: 'nat', title: 'Your router', about: 'How your network shows you to others: a guess.' },
  { id: 'stun', title: 'STUN', about: 'Tells you your outer address, for direct calls of two.' },
  { id: 'turn-udp', title: 'Relay by UDP', about: 'For calls of two where no direct way exists.' },
  { id: 'turn-tcp', title: 'Relay by TCP', about: 'The same where UDP is blocked.' },
  { id: 'turn-tls', title: 'Relay by TLS', about: 'The same where all but encrypted web traffic is blocked.' },
];

export const ok = (message: string): Finding => ({ verdict: 'ok', message, fix: '' });
export const warning = (message: string, fix: string): Finding => ({ verdict: 'warning', message, fix });
export const failure = (message: string, fix: string): Finding => ({ verdict: 'failure', message, fix });
export const skipped = (message: string): Finding => ({ verdict: 'skipped', message, fix: '' });

export const WAITING: Finding = { verdict: 'waiting', message: '', fix: '' };
export const RUNNING: Finding = { verdict: 'running', message: '', fix: '' };

export type Findings = Readonly<Record<CheckId, Finding>>;

export const NOTHING_YET = Object.fromEntries(CHECKS.map(({ id }) => [id, WAITING])) as Findings;

const CLOCKS_AGREE_S = 30;

/** @param date the server's `Date` header */
export function judgeClock(version: string, date: string | null, now: number): Finding {
  const server = date === null ? Number.NaN : Date.parse(date);
  if (Number.isNaN(server)) return ok(`Stoa ${version}`);
  const skew = Math.round((server - now) / 1000);
  if (Math.abs(skew) <= CLOCKS_AGREE_S) return ok(`Stoa ${version}; the clocks agree`);
  return failure(
    `Your clock is ${Math.abs(skew)} s ${skew < 0 ? 'ahead of' : 'behind'} the server's.`,
    'Set both clocks by the network: links and relay credentials end at the wrong time otherwise.',
  );
}

/** The address in a candidate that was chosen. */
export interface LocalCandidate {
  readonly candidateType: string;
  readonly address?: string | undefined;
  readonly port?: number | undefined;
}

/**
 * STUN has told one outer address; the server's media sees another or the same one. A candidate of the type `prflx` is one
 * that no STUN server knew (RFC 8445, 7.3.1.3), so the router gave the same socket another port.
 */
export function guessNat(chosen: LocalCandidate, reflexive: readonly LocalCandidate[]): Finding {
  if (chosen.candidateType === 'relay') return warning('Only a relay gets through.', 'Nothing to set, if it works.');
  if (chosen.candidateType === 'host') return ok('The server sees you at an address of your own.');
  if (chosen.candidateType === 'srflx') return ok('A router that shows you to everybody at the same port.');
  if (reflexive.length === 0) return skipped('No STUN server told your outer address, so there is nothing to compare.');
  return warning(
    'A symmetric router: it shows you to each destination at another port.',
    'Nothing to set here: calls go through the server or its relay, so those must work.',
  );
}

/** What an address of `RTCIceServer` is for; null for what no browser knows. */
export function checkOf(url: string): CheckId | null {
  if (url.startsWith('stun:')) return 'stun';
  if (url.startsWith('turns:')) return 'turn-tls';
  if (!url.startsWith('turn:')) return null;
  return url.includes('transport=tcp') ? 'turn-tcp' : 'turn-udp';
}

/** Port and setting to open, for `turns:stoa.example:5349?transport=tcp` and the like. */
export function fixFor(url: string): string {
  const tls = url.startsWith('turns:');
  const port = /:(\d+)(?:\?|$)/.exec(url)?.[1] ?? (tls ? '5349' : '3478');
  const protocol = tls || url.includes('transport=tcp') ? 'TCP' : 'UDP';
  const setting = port === '443' ? 'https-port' : tls ? 'turns-port' : 'turn-port';
  return `Let ${protocol} port ${port} (${setting}) in at the server's firewall. If the server is fine elsewhere, your own network blocks it.`;
}

/** Where the server's answer says that its media is. */
export function advertisedAt(sdp: string): string[] {
  const found = [...sdp.matchAll(/^a=candidate:\S+ \d+ (\S+) \d+ (\S+) (\d+) /gm)];
  return [
    ...new Set(
      found.map(([, , address = '', port = '']) =>
        address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`,
      ),
    ),
  ];
}

/** @param host that the page came from */
export function judgeNoMedia(advertised: readonly string[], host: string): Finding {
  if (advertised.length === 0)
    return failure('The server names no address for its media.', 'Its operator says where it is: --host ADDRESS.');
  const isHere = advertised.some((each) => each.slice(0, each.lastIndexOf(':')) === host);
  const where = advertised.join(', ');
  if (isHere)
    return failure(
      `Nobody answers at ${where}.`,
      "Let that port (media-port) in by UDP and TCP, at the server's firewall and at its provider's.",
    );
  return failure(
    `The server says that its media is at ${where}, where nobody answers; this page came from ${host}.`,
    isAddress(host)
      ? `Start the server with --host ${host.replace(/[[\]]/g, '')}. Calls of two may work without, those of three do not.`
      : `If that is no address of ${host}, start the server with --host and the right one; if it is, let that port (media-port) in by UDP and TCP.`,
  );
}

/** An address rather than a name, as it stands in a URL. */
const isAddress = (host: string): boolean => /^(\d+\.){3}\d+$|^\[.+]$/.test(host);

/** Plain text for whoever helps. */
export function reportText(findings: Findings, subject: string): string {
  const lines = CHECKS.map(({ id, title }) => {
    const { verdict, message, fix } = findings[id];
    return `${verdict.toUpperCase().padEnd(8)} ${title}: ${message}${fix === '' ? '' : ` -> ${fix}`}`;
  });
  return [`Stoa connectivity of ${subject}`, ...lines].join('\n');
}
