/** Goes through all checks, and tells of each as it is done. */
import {
  RUNNING,
  checkOf,
  failure,
  fixFor,
  guessNat,
  judgeClock,
  judgeNoMedia,
  ok,
  skipped,
  warning,
} from './findings';
import type { CheckId, Finding } from './findings';
import { ProbeRoom, askIceServers, askServer, askStun, loopThroughRelay, reachMedia } from './probes';

export type Tell = (id: CheckId, finding: Finding) => void;

const words = (reason: unknown): string => (reason instanceof Error ? reason.message : String(reason));

const RELAYS: readonly CheckId[] = ['turn-udp', 'turn-tcp', 'turn-tls'];

export async function examine(token: string | null, tell: Tell): Promise<void> {
  const run = async (id: CheckId, check: () => Promise<Finding>): Promise<void> => {
    tell(id, RUNNING);
    tell(
      id,
      await check().catch((reason: unknown) =>
        failure(`${words(reason)}.`, 'See the report of the server: stoa doctor.'),
      ),
    );
  };
  let httpsPort: number | null = null;
  let servers: RTCIceServer[] = [];
  let noServers = 'This server offers none (turn-port, turns-port).';
  await run('server', async () => {
    const answer = await askServer();
    httpsPort = answer.httpsPort;
    return judgeClock(answer.version, answer.date, Date.now());
  });
  await run('page', () => Promise.resolve(judgePage(httpsPort)));
  await run('devices', judgeDevices);
  try {
    servers = await askIceServers(token);
  } catch (reason) {
    noServers = `The server does not tell its relays: ${words(reason)}.`;
  }
  await callServer(token, servers, run, tell);
  for (const id of ['stun', ...RELAYS] as CheckId[]) {
    const [server] = servers.filter(({ urls }) => checkOf(String(urls)) === id);
    if (server === undefined) tell(id, skipped(noServers));
    else await run(id, () => (id === 'stun' ? judgeStun(server) : judgeRelay(server)));
  }
}

type Run = (id: CheckId, check: () => Promise<Finding>) => Promise<void>;

async function callServer(token: string | null, servers: RTCIceServer[], run: Run, tell: Tell): Promise<void> {
  let room: ProbeRoom | null = null;
  await run('signaling', async () => {
    try {
      room = await ProbeRoom.join(token);
      return ok('Joined a room of its own.');
    } catch (reason) {
      return failure(
        `${words(reason)}.`,
        'Open the link that the server printed, with its token. A proxy in front must pass WebSocket upgrades on.',
      );
    }
  });
  const joined = room as ProbeRoom | null;
  if (joined === null) {
    tell('media', skipped('Needs signaling.'));
    tell('nat', skipped('Needs media through the server.'));
    return;
  }
  try {
    let nat: Finding = skipped('Needs media through the server.');
    await run('media', async () => {
      if (joined.mediaInstance === null)
        return failure(
          'This server carries no media: calls go from browser to browser.',
          'Give it a port: --media-port 7881.',
        );
      const stun = servers.filter(({ urls }) => checkOf(String(urls)) === 'stun');
      const probe = await reachMedia(joined, stun);
      if (probe.connectMs === null) return judgeNoMedia(probe.advertised, location.hostname);
      if (probe.chosen !== null) nat = guessNat(probe.chosen, probe.reflexive);
      const how = `Connected in ${probe.connectMs} ms by ${(probe.protocol ?? 'udp').toUpperCase()}.`;
      return probe.protocol === 'tcp'
        ? warning(
            how,
            'UDP to the media-port is blocked, at the server or by your network: calls stutter when packets get lost.',
          )
        : ok(how);
    });
    tell('nat', nat);
  } finally {
    joined.close();
  }
}

function judgePage(httpsPort: number | null): Finding {
  if (globalThis.isSecureContext) return ok(location.origin);
  return failure(
    `${location.origin} is no secure page: no browser opens a camera here.`,
    httpsPort === null
      ? 'The operator switches HTTPS on: https-port.'
      : `Open https://${location.hostname}:${httpsPort} instead.`,
  );
}

async function judgeDevices(): Promise<Finding> {
  // Undefined on pages that are not secure.
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (devices?.getUserMedia === undefined)
    return failure('This page cannot ask for a camera.', 'Open it by https, in a browser that knows WebRTC.');
  const all = await devices.enumerateDevices();
  const cameras = all.filter(({ kind }) => kind === 'videoinput').length;
  const microphones = all.filter(({ kind }) => kind === 'audioinput').length;
  const found = `Cameras: ${cameras}, microphones: ${microphones}.`;
  return cameras === 0 || microphones === 0
    ? warning(found, 'Connect what is missing, or call without it.')
    : ok(found);
}

async function judgeStun(server: RTCIceServer): Promise<Finding> {
  const address = await askStun(server);
  if (address === null) return failure(`${String(server.urls)} does not answer.`, fixFor(String(server.urls)));
  return ok(address === 'own' ? 'It sees you at an address of your own.' : `It sees you at ${address}.`);
}

async function judgeRelay(server: RTCIceServer): Promise<Finding> {
  const url = String(server.urls);
  try {
    return ok(`${url} relayed a word in ${await loopThroughRelay(server)} ms.`);
  } catch {
    return failure(`Nothing gets through ${url}.`, fixFor(url));
  }
}
