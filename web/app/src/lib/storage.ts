/** localStorage and sessionStorage may be refused altogether (private windows, policies); then nothing is remembered. */
function open(kind: 'localStorage' | 'sessionStorage'): Storage | null {
  try {
    return window[kind];
  } catch {
    return null;
  }
}

export function readStored(kind: 'localStorage' | 'sessionStorage', key: string): string | null {
  try {
    return open(kind)?.getItem(key) ?? null;
  } catch {
    return null;
  }
}

export function writeStored(kind: 'localStorage' | 'sessionStorage', key: string, value: string): void {
  try {
    open(kind)?.setItem(key, value);
  } catch {
    // Full or refused: the value lasts until the page goes.
  }
}
