import type { LocalMedia } from '@stoa/client';
import { IconMicrophone, IconVideo, IconVolume } from '@tabler/icons-react';
import { useStore } from '../../hooks/useStore';
import { DeviceSelect } from '../../ui/DeviceSelect';
import classes from './DevicePickers.module.css';

export function DevicePickers({ media }: { media: LocalMedia }) {
  const { devices, selected } = useStore(media);
  return (
    <div className={classes.row}>
      <DeviceSelect
        label="Microphone"
        icon={<IconMicrophone size={18} />}
        devices={devices.microphones}
        selected={selected.microphone}
        onSelect={(id) => void media.selectMicrophone(id)}
      />
      <DeviceSelect
        label="Camera"
        icon={<IconVideo size={18} />}
        devices={devices.cameras}
        selected={selected.camera}
        onSelect={(id) => void media.selectCamera(id)}
      />
      {devices.speakers.length > 0 && (
        <DeviceSelect
          label="Speaker"
          icon={<IconVolume size={18} />}
          devices={devices.speakers}
          selected={selected.speaker}
          onSelect={(id) => void media.selectSpeaker(id)}
        />
      )}
    </div>
  );
}
