/** A holder of immutable snapshots that tells its listeners when the snapshot is another one. */
import type { Store } from './api.ts';

export class SnapshotStore<T extends object> implements Store<T> {
  #snapshot: T;
  readonly #listeners = new Listeners<void>();

  constructor(first: T) {
    this.#snapshot = first;
  }

  get snapshot(): T {
    return this.#snapshot;
  }

  subscribe(listener: () => void): () => void {
    return this.#listeners.add(listener);
  }

  /** Keeps the old snapshot, and stays silent, when every member is the same. */
  update(change: Partial<T>): void {
    const next = { ...this.#snapshot, ...change };
    if (shallowEqual(this.#snapshot, next)) return;
    this.#snapshot = next;
    this.#listeners.emit();
  }
}

export class Listeners<T> {
  readonly #all = new Set<{ readonly call: (value: T) => void }>();

  add(call: (value: T) => void): () => void {
    const entry = { call };
    this.#all.add(entry);
    return () => this.#all.delete(entry);
  }

  /** A listener that throws is reported as an uncaught error of the page; the others are still called. */
  emit(value: T): void {
    for (const { call } of [...this.#all]) {
      try {
        call(value);
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}

export function shallowEqual<T extends object>(a: T, b: T): boolean {
  const keys = Object.keys(a) as (keyof T)[];
  return keys.length === Object.keys(b).length && keys.every((key) => Object.is(a[key], b[key]));
}

/** `next` with the elements of `previous` wherever nothing changed, so that views redraw only what did. */
export function shareStructure<T extends object>(previous: readonly T[], next: readonly T[]): readonly T[] {
  const shared = next.map((each, index) => {
    const same = previous[index];
    if (same !== undefined && shallowEqual(same, each)) return same;
    return previous.find((old) => shallowEqual(old, each)) ?? each;
  });
  return shared.length === previous.length && shared.every((each, index) => each === previous[index])
    ? previous
    : shared;
}
