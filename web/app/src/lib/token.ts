import { readStored, writeStored } from './storage';

const KEY = 'stoa.token';

/**
 * Moves the join token from the address bar into this tab's storage, so that a screenshot or a shared screen does not
 * give it away. Call it before the router starts.
 */
export function takeTokenFromAddress(): void {
  const url = new URL(location.href);
  const token = url.searchParams.get('token');
  if (token === null) return;
  if (token !== '') writeStored('sessionStorage', KEY, token);
  url.searchParams.delete('token');
  history.replaceState(history.state, '', url);
}

export function joinToken(): string | null {
  return readStored('sessionStorage', KEY);
}
