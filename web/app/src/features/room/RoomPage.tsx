import '@mantine/notifications/styles.css';

import { Notifications } from '@mantine/notifications';
import { createLocalMedia, createRoom } from '@stoa/client';
import { use } from 'react';
import { useLocation } from 'react-router';
import { roomFromPath } from '../../lib/links';
import { checkRoomName } from '../../lib/roomName';
import { SdkContext } from '../../sdk';
import { NotFoundPage } from '../home/NotFoundPage';
import { RoomSession } from './RoomSession';

const realSdk = { createLocalMedia, createRoom };

export default function RoomPage() {
  const { pathname, search } = useLocation();
  const sdk = use(SdkContext) ?? realSdk;
  const result = checkRoomName(roomFromPath(pathname) ?? '');
  if (!result.ok) return <NotFoundPage reason={`This link does not name a room. ${result.problem}`} />;
  return (
    <>
      <Notifications
        position="bottom-left"
        limit={3}
        autoClose={4500}
        containerWidth={330}
        zIndex={150}
        className="stoa-toasts"
      />
      <RoomSession key={result.name} sdk={sdk} roomName={result.name} search={search} />
    </>
  );
}
