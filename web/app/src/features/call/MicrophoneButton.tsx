import { Menu } from '@mantine/core';
import { IconMicrophone, IconMicrophoneOff, IconSettings } from '@tabler/icons-react';
import { useSelected } from '../../hooks/useStore';
import { useCall } from './CallContext';
import { DeviceMenuItems } from './DeviceMenuItems';
import { SplitButton } from './SplitButton';

export function MicrophoneButton({ onToggle, onSettings }: { onToggle: () => void; onSettings: () => void }) {
  const { media } = useCall();
  const state = useSelected(media, ({ microphone }) => microphone);
  const devices = useSelected(media, (snapshot) => snapshot.devices);
  const selected = useSelected(media, (snapshot) => snapshot.selected);
  const on = state.status === 'on';
  return (
    <SplitButton
      label="Microphone"
      tooltip={on ? 'Turn off microphone (M)' : (state.problem?.message ?? 'Turn on microphone (M)')}
      icon={on ? <IconMicrophone /> : <IconMicrophoneOff />}
      tone={on ? 'plain' : 'off'}
      aria-pressed={on}
      data-testid="toggle-mic"
      onClick={onToggle}
      menuLabel="Choose microphone"
      menu={
        <>
          <DeviceMenuItems
            title="Microphone"
            devices={devices.microphones}
            selected={selected.microphone}
            onSelect={(id) => void media.selectMicrophone(id)}
          />
          {devices.speakers.length > 0 && (
            <DeviceMenuItems
              title="Speaker"
              devices={devices.speakers}
              selected={selected.speaker}
              onSelect={(id) => void media.selectSpeaker(id)}
            />
          )}
          <Menu.Divider />
          <Menu.Item leftSection={<IconSettings size={16} />} onClick={onSettings}>
            Settings
          </Menu.Item>
        </>
      }
    />
  );
}
