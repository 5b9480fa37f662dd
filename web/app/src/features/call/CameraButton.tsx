import { Menu } from '@mantine/core';
import { IconSettings, IconVideo, IconVideoOff } from '@tabler/icons-react';
import { useSelected } from '../../hooks/useStore';
import { useCall } from './CallContext';
import { DeviceMenuItems } from './DeviceMenuItems';
import { SplitButton } from './SplitButton';

export function CameraButton({ onToggle, onSettings }: { onToggle: () => void; onSettings: () => void }) {
  const { media } = useCall();
  const state = useSelected(media, ({ camera }) => camera);
  const devices = useSelected(media, (snapshot) => snapshot.devices.cameras);
  const selected = useSelected(media, (snapshot) => snapshot.selected.camera);
  const on = state.status === 'on';
  return (
    <SplitButton
      label="Camera"
      tooltip={on ? 'Turn off camera (V)' : (state.problem?.message ?? 'Turn on camera (V)')}
      icon={on ? <IconVideo /> : <IconVideoOff />}
      tone={on ? 'plain' : 'off'}
      aria-pressed={on}
      data-testid="toggle-camera"
      onClick={onToggle}
      menuLabel="Choose camera"
      menu={
        <>
          <DeviceMenuItems
            title="Camera"
            devices={devices}
            selected={selected}
            onSelect={(id) => void media.selectCamera(id)}
          />
          <Menu.Divider />
          <Menu.Item leftSection={<IconSettings size={16} />} onClick={onSettings}>
            Settings
          </Menu.Item>
        </>
      }
    />
  );
}
