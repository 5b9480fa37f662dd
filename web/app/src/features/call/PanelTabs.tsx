import { ActionIcon, Tabs, Tooltip } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useSelected } from '../../hooks/useStore';
import { useCall } from './CallContext';
import classes from './PanelTabs.module.css';
import type { PanelTab } from './useCallUi';

interface Props {
  tab: PanelTab;
  onTab: (tab: PanelTab) => void;
  onClose: () => void;
  /** Content of the chosen tab. */
  children: ReactNode;
}

export function PanelTabs({ tab, onTab, onClose, children }: Props) {
  const { room } = useCall();
  const people = useSelected(room, (state) => state.participants.length + 1);
  return (
    <Tabs
      value={tab}
      keepMounted={false}
      className={classes.root}
      onChange={(value) => onTab(value === 'people' ? 'people' : 'chat')}
    >
      <div className={classes.head}>
        <Tabs.List className={classes.list}>
          <Tabs.Tab value="chat">Chat</Tabs.Tab>
          <Tabs.Tab value="people">People ({people})</Tabs.Tab>
        </Tabs.List>
        <Tooltip label="Close">
          <ActionIcon size={44} radius="xl" aria-label="Close the panel" onClick={onClose}>
            <IconX size={20} />
          </ActionIcon>
        </Tooltip>
      </div>
      <Tabs.Panel value={tab} className={classes.panel}>
        {children}
      </Tabs.Panel>
    </Tabs>
  );
}
