import { Select } from '@mantine/core';
import type { ReactNode } from 'react';

interface Props {
  label: string;
  icon: ReactNode;
  devices: readonly { readonly deviceId: string; readonly label: string }[];
  selected: string | null;
  onSelect: (deviceId: string) => void;
  withLabel?: boolean;
}

/** One of the devices of a kind; before the permission is given their names are unknown. */
export function DeviceSelect({ label, icon, devices, selected, onSelect, withLabel = false }: Props) {
  const data = devices
    .filter((device) => device.deviceId !== '')
    .map((device, index) => ({ value: device.deviceId, label: device.label || `${label} ${index + 1}` }));
  const known = data.some((choice) => choice.value === selected) ? selected : null;
  return (
    <Select
      label={withLabel ? label : undefined}
      aria-label={label}
      leftSection={icon}
      data={data}
      value={known ?? data[0]?.value ?? null}
      placeholder={`${label}: none found`}
      disabled={data.length === 0}
      allowDeselect={false}
      comboboxProps={{ position: 'bottom-start', width: 'target' }}
      onChange={(value) => {
        if (value !== null) onSelect(value);
      }}
    />
  );
}
