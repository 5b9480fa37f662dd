import type {
  FileTransfer,
  PeerStats,
  RemoteParticipant,
  Room,
  RoomChannel,
  RoomNotice,
  RoomOptions,
  RoomSnapshot,
} from '@stoa/client';
import { canvasStream, screenStream } from './canvasStream';
import { ValueStore } from './ValueStore';

const NAMES = [
  'Ada Lovelace',
  'Blaise',
  'Chérif Touré',
  '李雷',
  'Eva-Maria van der Heijden-Oppenheimer',
  'Farid',
  'Grace Hopper',
  'हेमा',
  'Ines',
  'Jun',
  'Kofi Annan',
  'Lina',
  'Mo',
  'Nadia',
  'Oleg',
  'Priya',
  'Quentin',
  'Rosa',
  'Sven',
  'Tomás',
];

const STATES: readonly Partial<RemoteParticipant>[] = [
  { speaking: true, quality: 'good' },
  { media: { microphone: false, camera: true, screen: false } },
  { media: { microphone: true, camera: false, screen: false }, quality: 'fair' },
  { media: { microphone: false, camera: false, screen: false } },
  { quality: 'poor' },
  { connected: false, connection: 'interrupted', quality: 'lost' },
];

function participant(index: number, steady: boolean): RemoteParticipant {
  const name = NAMES[index % NAMES.length] ?? 'Guest';
  return {
    id: `p${index}`,
    name,
    media: { microphone: true, camera: true, screen: false },
    connected: true,
    connection: 'connected',
    quality: 'good',
    speaking: false,
    stream: canvasStream(name, { width: 640, height: 360 }),
    screen: null,
    ...(steady && index > 1 ? {} : STATES[index % STATES.length]),
  };
}

/** A room of `people` made-up people; `screen` makes the first one share. */
export class DemoRoom extends ValueStore<RoomSnapshot> implements Room {
  readonly #people: number;
  readonly #screen: boolean;
  readonly #notices = new Set<(notice: RoomNotice) => void>();

  constructor(options: RoomOptions, people: number, screen: boolean) {
    super({
      status: { kind: 'idle' },
      room: options.room,
      local: { id: 'me', name: options.name, speaking: false, quality: 'good' },
      participants: [],
      chat: [],
      files: [],
      topology: 'mesh',
    });
    this.#people = people;
    this.#screen = screen;
  }

  join(): Promise<void> {
    const participants = Array.from({ length: this.#people }, (_, index) => participant(index, this.#people < 4)).map(
      (person, index) => (index === 0 && this.#screen ? { ...person, screen: screenStream() } : person),
    );
    this.change({ status: { kind: 'connected' }, participants });
    if (participants.length > 0) {
      const say = (from: string | null, name: string, text: string, minutes: number) => ({
        id: crypto.randomUUID(),
        from,
        name,
        text,
        at: Date.now() - minutes * 60_000,
        via: 'peer' as const,
      });
      this.change({
        chat: [
          say('p0', 'Ada Lovelace', 'Good morning! The notes are at https://example.org/notes_(draft).', 9),
          say('p0', 'Ada Lovelace', 'I will share my screen in a moment.', 9),
          say(null, 'You', 'Thanks.\nI can see it.', 4),
          say('p1', 'Blaise', 'שלום לכולם', 1),
        ],
      });
      for (const { id, name } of participants) this.#tell({ kind: 'joined', participant: id, name, at: Date.now() });
    }
    return Promise.resolve();
  }

  leave(): void {
    this.change({ status: { kind: 'closed', problem: null } });
  }

  rename(name: string): void {
    this.change({ local: { ...this.snapshot.local, name } });
  }

  sendChat(text: string): void {
    const message = { id: crypto.randomUUID(), from: null, name: this.snapshot.local.name, text, at: Date.now() };
    this.change({ chat: [...this.snapshot.chat, { ...message, via: 'peer' }] });
  }

  openChannel(label: string): RoomChannel {
    const nothing = () => () => undefined;
    return {
      label,
      send: () => true,
      reaches: () => true,
      bufferedAmount: () => 0,
      onMessage: nothing,
      onChange: nothing,
      onProblem: nothing,
      close: () => undefined,
    };
  }

  sendFile({ name, size }: File): void {
    const added: FileTransfer[] = this.snapshot.participants.map((each) => ({
      id: crypto.randomUUID(),
      direction: 'out',
      participant: each.id,
      person: each.name,
      name,
      size,
      state: 'active',
      bytes: Math.round(size / 3),
      problem: null,
      blob: null,
      at: Date.now(),
    }));
    this.change({ files: [...this.snapshot.files, ...added] });
  }

  acceptFile(id: string): void {
    this.#changeFile(id, 'active');
  }

  declineFile(id: string): void {
    this.#changeFile(id, 'declined');
  }

  cancelFile(id: string): void {
    this.#changeFile(id, 'cancelled');
  }

  #changeFile(id: string, state: FileTransfer['state']): void {
    this.change({ files: this.snapshot.files.map((each) => (each.id === id ? { ...each, state } : each)) });
  }

  onNotice(listener: (notice: RoomNotice) => void): () => void {
    this.#notices.add(listener);
    return () => this.#notices.delete(listener);
  }

  audioLevel(): number {
    return 0;
  }

  watch(): () => void {
    return () => undefined;
  }

  stats(): Promise<readonly PeerStats[]> {
    return Promise.resolve(
      this.snapshot.participants.map(({ id, name }, index) => ({
        participant: id,
        name,
        path: 'direct' as const,
        rttMs: 18 + index * 7,
        lossPercent: 0.2,
        jitterMs: 3,
        sendKbps: 1430,
        receiveKbps: 860,
        localCandidate: 'host udp',
        remoteCandidate: 'srflx udp',
        videoIn: '640x360 30 fps VP8',
        videoOut: '1280x720 30 fps VP8',
        layersOut: [],
        shownAt: null,
        dtls: 'connected',
      })),
    );
  }

  rejoin(): Promise<void> {
    return this.join();
  }

  inviteLink(): Promise<string> {
    return Promise.resolve(`https://192.168.1.20:8443/r/${encodeURIComponent(this.snapshot.room)}`);
  }

  #tell(notice: RoomNotice): void {
    setTimeout(() => this.#notices.forEach((listener) => listener(notice)), 300);
  }
}
