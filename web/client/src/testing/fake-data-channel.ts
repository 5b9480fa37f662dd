/** As much of RTCDataChannel as the SDK uses: opens with its connection, delivers in order, tells what waits. */

export type FakeData = string | ArrayBuffer;

/** What makes two channels the same. */
export function kindOf({ label, protocol, ordered, maxRetransmits, maxPacketLifeTime }: FakeDataChannel): string {
  return JSON.stringify([label, protocol, ordered, maxRetransmits, maxPacketLifeTime]);
}

export class FakeDataChannel {
  readonly label: string;
  readonly protocol: string;
  readonly negotiated: boolean;
  readonly id: number | null;
  readonly ordered: boolean;
  readonly maxRetransmits: number | null;
  readonly maxPacketLifeTime: number | null;
  readyState: RTCDataChannelState = 'connecting';
  bufferedAmount = 0;
  bufferedAmountLowThreshold = 0;
  binaryType = 'blob';
  onopen: (() => void) | null = null;
  onclose: (() => void) | null = null;
  onbufferedamountlow: (() => void) | null = null;
  onmessage: ((event: { readonly data: FakeData }) => void) | null = null;
  /** Takes what is sent. */
  deliver: (data: FakeData) => void = () => undefined;

  constructor(label: string, init: RTCDataChannelInit = {}) {
    this.label = label;
    this.protocol = init.protocol ?? '';
    this.negotiated = init.negotiated ?? false;
    this.id = init.id ?? null;
    this.ordered = init.ordered ?? true;
    this.maxRetransmits = init.maxRetransmits ?? null;
    this.maxPacketLifeTime = init.maxPacketLifeTime ?? null;
  }

  send(data: string | Uint8Array<ArrayBuffer>): void {
    if (this.readyState !== 'open') throw new Error('InvalidStateError');
    this.deliver(typeof data === 'string' ? data : data.slice().buffer);
  }

  receive(data: FakeData): void {
    if (this.readyState === 'open') this.onmessage?.({ data });
  }

  open(): void {
    if (this.readyState !== 'connecting') return;
    this.readyState = 'open';
    this.onopen?.();
  }

  close(): void {
    if (this.readyState === 'closed') return;
    this.readyState = 'closed';
    this.onclose?.();
  }
}
