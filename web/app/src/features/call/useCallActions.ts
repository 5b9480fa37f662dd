import { notifications } from '@mantine/notifications';
import { useMemo } from 'react';
import { useInviteLink } from '../../hooks/useInviteLink';
import { copyText } from '../../hooks/useCopy';
import { toggleFullscreen } from '../../hooks/useFullscreen';
import { useCall } from './CallContext';
import { togglePictureInPicture } from './pictureInPicture';
import type { CallUi, PanelTab } from './useCallUi';

/** What buttons, menu and keyboard do alike. */
export function useCallActions(ui: CallUi) {
  const { room, media } = useCall();
  const link = useInviteLink(room);
  const { panel, setPanel, setStats } = ui;
  return useMemo(() => {
    const togglePanel = (tab: PanelTab) => setPanel(panel === tab ? null : tab);
    return {
      toggleMicrophone: () => void media.setMicrophone(media.snapshot.microphone.status !== 'on'),
      toggleCamera: () => void media.setCamera(media.snapshot.camera.status !== 'on'),
      toggleScreen: () => {
        if (media.snapshot.screen.track !== null) media.stopScreen();
        else if (media.snapshot.canShareScreen) void media.startScreen();
      },
      toggleChat: () => togglePanel('chat'),
      togglePeople: () => togglePanel('people'),
      toggleStats: () => setStats((open) => !open),
      toggleFullscreen,
      togglePictureInPicture,
      copyLink: async () => {
        const done = await copyText(link);
        notifications.show({
          role: 'status',
          color: 'aegean',
          message: done ? 'Link copied. Send it to whoever should come.' : link,
        });
      },
      leave: () => room.leave(),
    };
  }, [room, media, link, panel, setPanel, setStats]);
}

export type CallActions = ReturnType<typeof useCallActions>;
