/**
 * Tells the server how large the slots of one connection are shown: at once when something comes into sight or grows,
 * when it has rested for a second after it shrank, so that dragging an edge changes nothing twice.
 */
import type { Environment } from './environment.ts';
import { Timers } from './timers.ts';
import type { ViewSize } from './view-sizes.ts';

/** By mid. */
export type SlotViews = Readonly<Record<string, ViewSize>>;

const MIN_GAP_MS = 100;
const REST_MS = 1_000;

export class ViewReporter {
  readonly #environment: Environment;
  readonly #send: (slots: SlotViews) => void;
  readonly #timers: Timers<'gap' | 'rest'>;
  #now: SlotViews = {};
  #told: SlotViews = {};
  #toldAt = -Infinity;

  constructor(environment: Environment, send: (slots: SlotViews) => void) {
    this.#environment = environment;
    this.#send = send;
    this.#timers = new Timers(environment);
  }

  /** @param views of every slot that carries a picture, as they are now */
  update(views: SlotViews): void {
    const changed = !isSame(views, this.#now);
    this.#now = views;
    // What comes into an empty slot has not been spoken of.
    this.#told = Object.fromEntries(Object.entries(this.#told).filter(([mid]) => mid in views));
    if (isSame(this.#now, this.#told)) this.#timers.clearAll();
    else if (changed) {
      this.#timers.set('rest', REST_MS, () => this.#tell(this.#now));
      this.#grow();
    }
  }

  /** Whatever was said may be lost. */
  again(): void {
    this.#told = {};
    const views = this.#now;
    this.#now = {};
    this.update(views);
  }

  close(): void {
    this.#timers.clearAll();
  }

  #grow(): void {
    const wait = this.#toldAt + MIN_GAP_MS - this.#environment.now();
    if (wait > 0) {
      this.#timers.setIfSooner('gap', wait, () => this.#grow());
      return;
    }
    const grown = Object.entries(this.#now).filter(([mid, size]) => isLarger(size, this.#told[mid]));
    if (grown.length > 0) this.#tell({ ...this.#told, ...Object.fromEntries(grown) });
  }

  #tell(slots: SlotViews): void {
    if (isSame(slots, this.#told)) return;
    this.#told = slots;
    this.#toldAt = this.#environment.now();
    this.#send(slots);
  }
}

function isLarger(now: ViewSize, told: ViewSize | undefined): boolean {
  return now.width > (told?.width ?? 0) || now.height > (told?.height ?? 0);
}

function isSame(a: SlotViews, b: SlotViews): boolean {
  const mids = Object.keys(a);
  return (
    mids.length === Object.keys(b).length &&
    mids.every((mid) => a[mid]?.width === b[mid]?.width && a[mid]?.height === b[mid]?.height)
  );
}
