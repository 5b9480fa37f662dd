import type { DeviceChoice } from '@stoa/client';
import { Menu } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';

interface Props {
  title: string;
  devices: readonly DeviceChoice[];
  selected: string | null;
  onSelect: (deviceId: string) => void;
}

export function DeviceMenuItems({ title, devices, selected, onSelect }: Props) {
  const current = devices.some(({ deviceId }) => deviceId === selected) ? selected : devices[0]?.deviceId;
  return (
    <>
      <Menu.Label>{title}</Menu.Label>
      {devices.length === 0 && <Menu.Item disabled>None found</Menu.Item>}
      {devices.map(({ deviceId, label }, index) => (
        <Menu.Item
          key={deviceId}
          role="menuitemradio"
          aria-checked={deviceId === current}
          leftSection={deviceId === current ? <IconCheck size={16} /> : <span style={{ width: 16 }} />}
          onClick={() => onSelect(deviceId)}
        >
          {label || `${title} ${index + 1}`}
        </Menu.Item>
      ))}
    </>
  );
}
