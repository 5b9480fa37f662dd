import { useEffect, useState } from 'react';

const DEFAULT_PORT = 8443;

/** The server's HTTPS port, null when it has none; the default one until, or unless, the server says. */
export function useHttpsPort(): number | null {
  const [port, setPort] = useState<number | null>(DEFAULT_PORT);
  useEffect(() => {
    const stop = new AbortController();
    fetch('/api/v1/server', { signal: stop.signal })
      .then((response) => (response.ok ? (response.json() as Promise<{ httpsPort?: unknown }>) : null))
      .then((server) => {
        if (server?.httpsPort === null) setPort(null);
        else if (typeof server?.httpsPort === 'number') setPort(server.httpsPort);
      })
      .catch(() => undefined); // An older server or none: the default port is the best guess.
    return () => stop.abort();
  }, []);
  return port;
}
