import { useEffect, useState } from 'react';
import { useLocalMedia } from '../../hooks/useLocalMedia';
import { usePreferences } from '../../hooks/usePreferences';
import { useTitle } from '../../hooks/useTitle';
import { readCallQuery } from '../../lib/links';
import { checkDisplayName } from '../../lib/roomName';
import type { Sdk } from '../../sdk';
import { LoadingPage } from '../../ui/LoadingPage';
import { CallScreen } from '../call/CallScreen';
import { LobbyPage } from '../lobby/LobbyPage';
import { ClosedPage } from './ClosedPage';
import { useRoomSession } from './useRoomSession';

/** How long `autojoin` waits for the answer about camera and microphone before it joins without. */
const DEVICE_PATIENCE_MS = 4000;

/** From the lobby into the call and out again, for one room. */
export function RoomSession({ sdk, roomName, search }: { sdk: Sdk; roomName: string; search: string }) {
  useTitle(`${roomName} · Stoa`);
  const [query] = useState(() => readCallQuery(search));
  const { media, opened } = useHeldMedia(sdk);
  const remembered = usePreferences().name;
  const [name, setName] = useState(() => (query.name ?? remembered).slice(0, 200));
  const session = useRoomSession(sdk, media, roomName, query);
  const { join } = session;
  const [automatic, setAutomatic] = useState(query.autojoin);

  useEffect(() => {
    if (!automatic) return;
    let dropped = false;
    const patience = new Promise((resolve) => setTimeout(resolve, DEVICE_PATIENCE_MS));
    void Promise.race([opened(), patience]).then(() => {
      if (dropped) return;
      const checked = checkDisplayName(name);
      join(checked.ok ? checked.name : 'Guest');
      setAutomatic(false);
    });
    return () => {
      dropped = true;
    };
  }, [automatic, opened, join, name]);

  switch (session.phase) {
    case 'call':
      return <CallScreen key={session.key} room={session.room} media={media} />;
    case 'closed':
      return <ClosedPage roomName={roomName} problem={session.problem} onRejoin={session.rejoin} />;
    case 'joining':
      if (query.autojoin || session.again) return <LoadingPage text={`Joining ${roomName}…`} />;
      break;
    case 'lobby':
      if (automatic) return <LoadingPage text={`Joining ${roomName}…`} />;
  }
  return (
    <LobbyPage
      roomName={roomName}
      media={media}
      name={name}
      onName={setName}
      joining={session.phase === 'joining'}
      problem={session.phase === 'lobby' ? session.problem : null}
      onJoin={join}
    />
  );
}

function useHeldMedia(sdk: Sdk) {
  const held = useLocalMedia(sdk.createLocalMedia);
  const [opened] = useState(() => () => held.opened());
  return { media: held.media, opened };
}
