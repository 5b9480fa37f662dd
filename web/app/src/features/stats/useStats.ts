import type { PeerStats, Room } from '@stoa/client';
import { useEffect, useState } from 'react';

const PERIOD_MS = 1000;

export function useStats(room: Room): readonly PeerStats[] {
  const [peers, setPeers] = useState<readonly PeerStats[]>([]);
  useEffect(() => {
    let stopped = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const measure = async () => {
      const next = await room.stats().catch(() => null);
      if (stopped) return;
      if (next !== null) setPeers(next);
      timer = setTimeout(() => void measure(), PERIOD_MS);
    };
    void measure();
    return () => {
      stopped = true;
      clearTimeout(timer);
    };
  }, [room]);
  return peers;
}
