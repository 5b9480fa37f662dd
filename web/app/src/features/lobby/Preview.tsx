import type { LocalMedia } from '@stoa/client';
import { Loader } from '@mantine/core';
import { IconMicrophone, IconMicrophoneOff, IconVideo, IconVideoOff } from '@tabler/icons-react';
import { useCallback } from 'react';
import { usePreferences } from '../../hooks/usePreferences';
import { useStore } from '../../hooks/useStore';
import { useTrackStream } from '../../hooks/useTrackStream';
import { InitialsAvatar } from '../../ui/InitialsAvatar';
import { LevelMeter } from '../../ui/LevelMeter';
import { RoundButton } from '../../ui/RoundButton';
import { StreamVideo } from '../../ui/StreamVideo';
import classes from './Preview.module.css';

/** What the others will see, as in a mirror. */
export function Preview({ media, name }: { media: LocalMedia; name: string }) {
  const { camera, microphone } = useStore(media);
  const { mirror } = usePreferences();
  const stream = useTrackStream(camera.track);
  const level = useCallback(() => media.microphoneLevel(), [media]);
  const cameraOn = camera.status === 'on';
  const microphoneOn = microphone.status === 'on';
  return (
    <div className={classes.frame}>
      <StreamVideo
        stream={stream}
        muted
        mirrored={mirror}
        data-testid="local-video"
        className={cameraOn ? undefined : classes.hidden}
        aria-label="Your camera"
      />
      {!cameraOn && (
        <div className={classes.empty}>
          {camera.status === 'opening' ? (
            <>
              <Loader color="gray" size="sm" />
              <span>Allow the camera when the browser asks</span>
            </>
          ) : (
            <>
              <InitialsAvatar id={name} name={name} size="clamp(72px, 18%, 128px)" />
              <span>{camera.status === 'failed' ? 'No picture from the camera' : 'Camera is off'}</span>
            </>
          )}
        </div>
      )}
      <div className={classes.meter}>
        <LevelMeter read={level} muted={!microphoneOn} />
      </div>
      <div className={classes.controls}>
        <RoundButton
          label="Microphone"
          tooltip={microphoneOn ? 'Turn off microphone' : 'Turn on microphone'}
          aria-pressed={microphoneOn}
          tone={microphoneOn ? 'plain' : 'off'}
          icon={microphoneOn ? <IconMicrophone /> : <IconMicrophoneOff />}
          data-testid="toggle-mic"
          onClick={() => void media.setMicrophone(!microphoneOn)}
        />
        <RoundButton
          label="Camera"
          tooltip={cameraOn ? 'Turn off camera' : 'Turn on camera'}
          aria-pressed={cameraOn}
          tone={cameraOn ? 'plain' : 'off'}
          icon={cameraOn ? <IconVideo /> : <IconVideoOff />}
          data-testid="toggle-camera"
          onClick={() => void media.setCamera(!cameraOn)}
        />
      </div>
    </div>
  );
}
