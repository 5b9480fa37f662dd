import { useSyncExternalStore } from 'react';

function subscribe(listener: () => void): () => void {
  document.addEventListener('fullscreenchange', listener);
  return () => document.removeEventListener('fullscreenchange', listener);
}

export function toggleFullscreen(): void {
  const change =
    document.fullscreenElement === null ? document.documentElement.requestFullscreen() : document.exitFullscreen();
  change.catch(() => undefined); // Refused by the browser: nothing changes.
}

export function useFullscreen(): { supported: boolean; active: boolean } {
  const active = useSyncExternalStore(subscribe, () => document.fullscreenElement !== null);
  return { supported: document.fullscreenEnabled, active };
}
