/** The ways that a call would go, gone once each. Every probe ends by itself and closes what it opened. */
import { advertisedAt } from './findings';
import type { LocalCandidate } from './findings';

const CONNECT_MS = 10_000;
const ANSWER_MS = 6_000;

/** Rejects when it takes longer. */
async function within<T>(ms: number, what: string, promise: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no ${what} in time`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

export interface ServerAnswer {
  readonly version: string;
  readonly httpsPort: number | null;
  /** Its `Date` header. */
  readonly date: string | null;
}

export async function askServer(): Promise<ServerAnswer> {
  const response = await fetch('/api/v1/server', { signal: AbortSignal.timeout(ANSWER_MS), cache: 'no-store' });
  if (!response.ok) throw new Error(`it answers with status ${response.status}`);
  const { version, httpsPort } = (await response.json()) as { version?: unknown; httpsPort?: unknown };
  if (typeof version !== 'string') throw new Error('something that is no Stoa answers');
  return {
    version,
    httpsPort: typeof httpsPort === 'number' ? httpsPort : null,
    date: response.headers.get('Date'),
  };
}

/** One address for each entry, so that each can be tried alone. */
export async function askIceServers(token: string | null): Promise<RTCIceServer[]> {
  const response = await fetch('/api/v1/ice-servers', {
    headers: token === null ? {} : { Authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(ANSWER_MS),
    cache: 'no-store',
  });
  if (!response.ok) throw new Error(response.status === 401 ? 'a join token is needed' : `status ${response.status}`);
  const { iceServers } = (await response.json()) as { iceServers?: RTCIceServer[] };
  return (iceServers ?? []).flatMap((server) =>
    [server.urls].flat().map((urls): RTCIceServer => ({ ...server, urls })),
  );
}

type Message = Record<string, unknown> & { type: string };

/** A participant in a room of its own, as docs/PROTOCOL.md has it. */
export class ProbeRoom {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<string, (message: Message) => void>();
  #fail: (reason: Error) => void = () => undefined;
  /** The server's process that carries media; null when none does. */
  mediaInstance: string | null = null;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.onmessage = ({ data }) => {
      const message = JSON.parse(String(data)) as Message;
      if (message.type === 'error' || message.type === 'closing') this.#fail(new Error(String(message['message'])));
      this.#waiting.get(message.type)?.(message);
    };
    socket.onclose = () => this.#fail(new Error('the connection was closed'));
  }

  static async join(token: string | null): Promise<ProbeRoom> {
    const socket = new WebSocket(`${location.origin.replace(/^http/, 'ws')}/ws`);
    const room = new ProbeRoom(socket);
    const name = `labs-${Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16)).join('')}`;
    const joined = room.#next('joined');
    socket.onopen = () =>
      room.#send({
        type: 'join',
        version: 1,
        room: name,
        name: 'Connectivity',
        instance: name,
        topology: 'sfu',
        media: { microphone: false, camera: false, screen: false },
        ...(token !== null && { token }),
      });
    try {
      const { server } = await joined;
      const instance = (server as { instance?: unknown } | undefined)?.instance;
      room.mediaInstance = typeof instance === 'string' ? instance : null;
      return room;
    } catch (error) {
      room.close();
      throw error;
    }
  }

  /** @returns the description of the server's answer */
  async offer(sdp: string): Promise<string> {
    const answer = this.#next('answer');
    this.#send({ type: 'offer', n: 1, to: 'server', instance: this.mediaInstance, sdp, sources: {} });
    return String((await answer)['sdp']);
  }

  close(): void {
    this.#fail = () => undefined;
    this.#socket.close();
  }

  #send(message: object): void {
    this.#socket.send(JSON.stringify(message));
  }

  #next(type: string): Promise<Message> {
    const answer = new Promise<Message>((resolve, reject) => {
      this.#waiting.set(type, resolve);
      this.#fail = reject;
    });
    return within(ANSWER_MS, type, answer);
  }
}

export interface MediaProbe {
  readonly connectMs: number | null;
  readonly advertised: readonly string[];
  /** `udp` or `tcp`, once connected. */
  readonly protocol: string | null;
  readonly chosen: LocalCandidate | null;
  readonly reflexive: readonly LocalCandidate[];
}

/** A call with the server that sends nothing. */
export async function reachMedia(room: ProbeRoom, iceServers: RTCIceServer[]): Promise<MediaProbe> {
  const connection = new RTCPeerConnection({ iceServers, bundlePolicy: 'max-bundle' });
  try {
    const began = performance.now();
    connection.addTransceiver('audio', { direction: 'recvonly' });
    await connection.setLocalDescription();
    const sdp = await room.offer(connection.localDescription?.sdp ?? '');
    await connection.setRemoteDescription({ type: 'answer', sdp });
    const connected = await until(
      connection,
      'connectionstatechange',
      () => connection.connectionState === 'connected',
    );
    const connectMs = connected ? Math.round(performance.now() - began) : null;
    return { connectMs, advertised: advertisedAt(sdp), ...(await describePath(connection)) };
  } finally {
    connection.close();
  }
}

async function describePath(
  connection: RTCPeerConnection,
): Promise<Pick<MediaProbe, 'protocol' | 'chosen' | 'reflexive'>> {
  const reports = new Map<string, Record<string, unknown>>();
  (await connection.getStats()).forEach((report: Record<string, unknown>) => reports.set(String(report['id']), report));
  const all = [...reports.values()];
  const transport = all.find((each) => each['type'] === 'transport');
  const pair =
    reports.get(String(transport?.['selectedCandidatePairId'])) ??
    all.find((each) => each['type'] === 'candidate-pair' && each['selected'] === true);
  const local = reports.get(String(pair?.['localCandidateId']));
  return {
    protocol: typeof local?.['protocol'] === 'string' ? local['protocol'] : null,
    chosen: local === undefined ? null : candidate(local),
    reflexive: all
      .filter((each) => each['type'] === 'local-candidate' && each['candidateType'] === 'srflx')
      .map(candidate),
  };
}

const candidate = (report: Record<string, unknown>): LocalCandidate => ({
  candidateType: String(report['candidateType']),
  address: typeof report['address'] === 'string' ? report['address'] : undefined,
  port: typeof report['port'] === 'number' ? report['port'] : undefined,
});

/** @returns one's outer address as a STUN server tells it, `own` when that is none, null when it does not answer */
export async function askStun(server: RTCIceServer): Promise<string | null> {
  const connection = new RTCPeerConnection({ iceServers: [server] });
  try {
    let found: string | null = null;
    let silent = false;
    connection.createDataChannel('stun');
    connection.onicecandidate = ({ candidate: each }) => {
      if (each?.type === 'srflx') found = each.address;
    };
    // 701: no answer (W3C WebRTC, 4.8.1.4); of several interfaces some may give none.
    connection.onicecandidateerror = ({ errorCode }) => {
      if (errorCode === 701) silent = true;
    };
    await connection.setLocalDescription();
    const isDone = (): boolean => found !== null || connection.iceGatheringState === 'complete';
    await until(connection, 'icegatheringstatechange', isDone, CONNECT_MS);
    // An outer address that is one's own is no candidate beside it (RFC 8445, 5.1.3).
    return found ?? (silent || connection.iceGatheringState !== 'complete' ? null : 'own');
  } finally {
    connection.close();
  }
}

/** Two ends, each behind the relay, and a word from one to the other. @returns milliseconds */
export async function loopThroughRelay(server: RTCIceServer): Promise<number> {
  const configuration: RTCConfiguration = { iceServers: [server], iceTransportPolicy: 'relay' };
  const [one, other] = [new RTCPeerConnection(configuration), new RTCPeerConnection(configuration)];
  try {
    const began = performance.now();
    one.onicecandidate = ({ candidate: each }) => void other.addIceCandidate(each ?? undefined).catch(() => undefined);
    other.onicecandidate = ({ candidate: each }) => void one.addIceCandidate(each ?? undefined).catch(() => undefined);
    const channel = one.createDataChannel('relay');
    const heard = new Promise<void>((resolve) => {
      other.ondatachannel = (event) => {
        event.channel.onmessage = () => resolve();
      };
    });
    channel.onopen = () => channel.send('hello');
    await one.setLocalDescription();
    if (one.localDescription !== null) await other.setRemoteDescription(one.localDescription);
    await other.setLocalDescription();
    if (other.localDescription !== null) await one.setRemoteDescription(other.localDescription);
    await within(CONNECT_MS, 'answer', heard);
    return Math.round(performance.now() - began);
  } finally {
    one.close();
    other.close();
  }
}

/** @returns whether it came to be so */
function until(
  target: RTCPeerConnection,
  event: 'connectionstatechange' | 'icegatheringstatechange',
  isSo: () => boolean,
  ms = CONNECT_MS,
): Promise<boolean> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (isSo()) finish(true);
    };
    const finish = (result: boolean): void => {
      clearTimeout(timer);
      target.removeEventListener(event, look);
      target.removeEventListener('icecandidate', look);
      resolve(result);
    };
    const timer = setTimeout(() => finish(isSo()), ms);
    target.addEventListener(event, look);
    target.addEventListener('icecandidate', look);
    look();
  });
}
