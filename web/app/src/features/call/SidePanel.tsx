import { Drawer } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useMemo, useState } from 'react';
import { useSelected } from '../../hooks/useStore';
import { ChatPanel } from '../chat/ChatPanel';
import { PeoplePanel } from '../people/PeoplePanel';
import type { TileKey } from './arrange';
import { useCall } from './CallContext';
import { PanelTabs } from './PanelTabs';
import classes from './SidePanel.module.css';
import type { PanelTab } from './useCallUi';

interface Props {
  tab: PanelTab | null;
  onTab: (tab: PanelTab | null) => void;
  onShow: (key: TileKey) => void;
}

/** Chat and people: beside the call where there is room, over it elsewhere. Keeps the unsent message while closed. */
export function SidePanel({ tab, onTab, onShow }: Props) {
  const { room } = useCall();
  const messages = useSelected(room, (state) => state.chat);
  const files = useSelected(room, (state) => state.files);
  const fileActions = useMemo(
    () => ({
      accept: (id: string) => room.acceptFile(id),
      decline: (id: string) => room.declineFile(id),
      cancel: (id: string) => room.cancelFile(id),
    }),
    [room],
  );
  const [draft, setDraft] = useState('');
  const beside = useMediaQuery('(min-width: 900px)', true, { getInitialValueInEffect: false });

  const content = tab !== null && (
    <PanelTabs tab={tab} onTab={onTab} onClose={() => onTab(null)}>
      {tab === 'chat' ? (
        <ChatPanel
          messages={messages}
          files={files}
          draft={draft}
          onDraft={setDraft}
          onSend={(text) => room.sendChat(text)}
          onFiles={(chosen) => chosen.forEach((file) => room.sendFile(file))}
          fileActions={fileActions}
        />
      ) : (
        <PeoplePanel
          onShow={(key) => {
            onShow(key);
            if (!beside) onTab(null);
          }}
        />
      )}
    </PanelTabs>
  );

  if (beside) return content && <aside className={classes.aside}>{content}</aside>;
  return (
    <Drawer
      opened={tab !== null}
      onClose={() => onTab(null)}
      position="right"
      size="min(100%, 420px)"
      withCloseButton={false}
      classNames={{ body: classes.drawer, content: classes.content }}
      aria-label={tab === 'people' ? 'People' : 'Chat'}
    >
      {content}
    </Drawer>
  );
}
