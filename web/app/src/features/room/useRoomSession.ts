import type { LocalMedia, Problem, Room, RoomStatus, Store } from '@stoa/client';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useSelected } from '../../hooks/useStore';
import type { CallQuery } from '../../lib/links';
import { preferences, withRecentRoom } from '../../lib/preferences';
import { toProblem } from '../../lib/problem';
import { joinToken } from '../../lib/token';
import type { Sdk } from '../../sdk';

type Phase =
  | { readonly phase: 'lobby'; readonly problem: Problem | null }
  /** `again`: the person was in this call before. */
  | { readonly phase: 'joining'; readonly again: boolean }
  | { readonly phase: 'call'; readonly room: Room; readonly key: number }
  | { readonly phase: 'closed'; readonly problem: Problem | null };

export type RoomSessionState = Phase & { readonly join: (name: string) => void; readonly rejoin: () => void };

const NO_ROOM: Store<{ status: RoomStatus | null }> = { snapshot: { status: null }, subscribe: () => () => undefined };

interface Visit {
  readonly room: Room;
  readonly number: number;
}

/** Makes the Room when the person joins, and says which screen its state calls for. */
export function useRoomSession(sdk: Sdk, media: LocalMedia, roomName: string, query: CallQuery): RoomSessionState {
  const [visit, setVisit] = useState<Visit | null>(null);
  const [refusal, setRefusal] = useState<Problem | null>(null);
  const [entered, setEntered] = useState(false);
  const sending = useRef({ camera: true, microphone: true });
  const room = visit?.room ?? null;
  const status = useSelected<{ status: RoomStatus | null }, RoomStatus | null>(
    room ?? NO_ROOM,
    (state) => state.status,
  );
  if (status?.kind === 'connected' && !entered) setEntered(true);

  useEffect(() => {
    if (room === null) return;
    return () => {
      // A room that is closed keeps what it remembers, so that the next attempt is the same participant.
      if (room.snapshot.status.kind !== 'closed') room.leave();
    };
  }, [room]);

  // The camera's light goes out with the call; what was on comes back on with it.
  useEffect(() => {
    if (!entered || status?.kind !== 'closed') return;
    const { camera, microphone } = media.snapshot;
    sending.current = { camera: camera.status === 'on', microphone: microphone.status === 'on' };
    media.close();
  }, [entered, status, media]);

  const join = useCallback(
    (name: string) => {
      preferences.set({ name, recentRooms: withRecentRoom(preferences.snapshot.recentRooms, roomName) });
      const next = sdk.createRoom({
        room: roomName,
        name,
        media,
        token: joinToken(),
        topology: query.topology,
        videoCodec: query.videoCodec,
        relayOnly: query.relayOnly,
      });
      setRefusal(null);
      setEntered(false);
      setVisit((last) => ({ room: next, number: (last?.number ?? 0) + 1 }));
      next.join().catch((reason: unknown) => {
        setRefusal(toProblem(reason));
        setVisit((current) => (current?.room === next ? null : current));
      });
    },
    [sdk, media, roomName, query],
  );

  const rejoin = useCallback(() => {
    if (room === null) return;
    void media.open(sending.current).then(() => {
      const { status: now, local } = room.snapshot;
      if (now.kind === 'closed' && now.problem === null) join(local.name);
      else room.rejoin().catch((reason: unknown) => setRefusal(toProblem(reason)));
    });
  }, [room, media, join]);

  return { ...phaseOf(visit, status, entered, refusal), join, rejoin };
}

function phaseOf(visit: Visit | null, status: RoomStatus | null, entered: boolean, refusal: Problem | null): Phase {
  if (visit === null || status === null) return { phase: 'lobby', problem: refusal };
  switch (status.kind) {
    case 'connected':
    case 'reconnecting':
      return { phase: 'call', room: visit.room, key: visit.number };
    case 'idle':
    case 'connecting':
      return { phase: 'joining', again: visit.number > 1 || entered };
    case 'closed':
      // Refused at the door: the rejected promise leads back to the lobby.
      return entered ? { phase: 'closed', problem: status.problem } : { phase: 'joining', again: false };
  }
}
