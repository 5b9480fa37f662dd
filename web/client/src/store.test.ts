import { describe, expect, it, vi } from 'vitest';
import { Listeners, SnapshotStore, shareStructure } from './store.ts';

describe('a store', () => {
  it('tells its listeners only of changes', () => {
    const store = new SnapshotStore({ a: 1, b: 'x' });
    const listener = vi.fn();
    const unsubscribe = store.subscribe(listener);
    const before = store.snapshot;
    store.update({ a: 1 });
    expect(store.snapshot).toBe(before);
    store.update({ a: 2 });
    expect(store.snapshot).toEqual({ a: 2, b: 'x' });
    unsubscribe();
    store.update({ a: 3 });
    expect(listener).toHaveBeenCalledTimes(1);
  });

  it('calls the same listener twice when it subscribed twice', () => {
    const listeners = new Listeners<number>();
    const listener = vi.fn();
    listeners.add(listener);
    const second = listeners.add(listener);
    listeners.emit(1);
    second();
    listeners.emit(2);
    expect(listener.mock.calls).toEqual([[1], [1], [2]]);
  });
});

describe('structural sharing', () => {
  it('keeps equal elements, and the list when all are', () => {
    const [a, b] = [{ id: 1 }, { id: 2 }];
    const before = [a, b];
    expect(shareStructure(before, [{ id: 1 }, { id: 2 }])).toBe(before);
    const after = shareStructure(before, [{ id: 2 }, { id: 3 }]);
    expect(after[0]).toBe(b);
    expect(after).toEqual([{ id: 2 }, { id: 3 }]);
  });
});
