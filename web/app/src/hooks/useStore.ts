import type { Store } from '@stoa/client';
import { useCallback, useSyncExternalStore } from 'react';

/**
 * A part of a store's snapshot. `select` must return a piece of the snapshot or a primitive, not something new, so
 * that the component renders again only when that piece changes.
 */
export function useSelected<T, S>(store: Store<T>, select: (snapshot: T) => S): S {
  const subscribe = useCallback((listener: () => void) => store.subscribe(listener), [store]);
  return useSyncExternalStore(subscribe, () => select(store.snapshot));
}

export function useStore<T>(store: Store<T>): T {
  return useSelected(store, (snapshot) => snapshot);
}
