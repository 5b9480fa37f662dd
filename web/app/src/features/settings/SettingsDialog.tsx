import { Modal, SegmentedControl, Stack, Switch, TextInput, useMantineColorScheme } from '@mantine/core';
import { IconMicrophone, IconVideo, IconVolume } from '@tabler/icons-react';
import { useCallback, useState } from 'react';
import { usePreferences } from '../../hooks/usePreferences';
import { useSelected, useStore } from '../../hooks/useStore';
import { preferences } from '../../lib/preferences';
import { checkDisplayName } from '../../lib/roomName';
import { DeviceSelect } from '../../ui/DeviceSelect';
import { LevelMeter } from '../../ui/LevelMeter';
import { useCall } from '../call/CallContext';
import classes from './SettingsDialog.module.css';

export function SettingsDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return (
    <Modal opened={opened} onClose={onClose} title="Settings" size="md">
      <Settings />
    </Modal>
  );
}

function Settings() {
  const { media } = useCall();
  const { devices, selected, microphone } = useStore(media);
  const { mirror } = usePreferences();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const level = useCallback(() => media.microphoneLevel(), [media]);
  return (
    <Stack gap="md">
      <NameField />
      <div className={classes.microphone}>
        <DeviceSelect
          withLabel
          label="Microphone"
          icon={<IconMicrophone size={18} />}
          devices={devices.microphones}
          selected={selected.microphone}
          onSelect={(id) => void media.selectMicrophone(id)}
        />
        <div className={classes.meter}>
          <LevelMeter read={level} muted={microphone.status !== 'on'} />
        </div>
      </div>
      <DeviceSelect
        withLabel
        label="Camera"
        icon={<IconVideo size={18} />}
        devices={devices.cameras}
        selected={selected.camera}
        onSelect={(id) => void media.selectCamera(id)}
      />
      {devices.speakers.length > 0 && (
        <DeviceSelect
          withLabel
          label="Speaker"
          icon={<IconVolume size={18} />}
          devices={devices.speakers}
          selected={selected.speaker}
          onSelect={(id) => void media.selectSpeaker(id)}
        />
      )}
      <Switch
        label="Show me as in a mirror"
        description="Others always see you the right way round."
        checked={mirror}
        onChange={(event) => preferences.set({ mirror: event.currentTarget.checked })}
      />
      <div>
        <div className={classes.label} id="settings-theme">
          Theme
        </div>
        <SegmentedControl
          fullWidth
          aria-labelledby="settings-theme"
          value={colorScheme}
          onChange={(value) => setColorScheme(value === 'light' || value === 'dark' ? value : 'auto')}
          data={[
            { value: 'auto', label: 'As the system' },
            { value: 'light', label: 'Light' },
            { value: 'dark', label: 'Dark' },
          ]}
        />
      </div>
    </Stack>
  );
}

/** Renames when left or with Enter. */
function NameField() {
  const { room } = useCall();
  const current = useSelected(room, (state) => state.local.name);
  const [text, setText] = useState(current);
  const checked = checkDisplayName(text);
  const apply = () => {
    if (!checked.ok || checked.name === current) return;
    room.rename(checked.name);
    preferences.set({ name: checked.name });
  };
  return (
    <TextInput
      label="Your name"
      value={text}
      dir="auto"
      autoComplete="name"
      error={checked.ok ? null : checked.problem}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={apply}
      onKeyDown={(event) => {
        if (event.key === 'Enter') apply();
      }}
    />
  );
}
