import { useMergedRef } from '@mantine/hooks';
import { useLayoutEffect, useRef, type ComponentProps } from 'react';
import classes from './StreamVideo.module.css';

export interface StreamVideoProps extends ComponentProps<'video'> {
  stream: MediaStream | null;
  mirrored?: boolean;
  [data: `data-${string}`]: unknown;
}

/** A video element that plays a stream; `srcObject` is touched only when the stream is another one. */
export function StreamVideo({ stream, mirrored = false, ref, className, ...others }: StreamVideoProps) {
  const own = useRef<HTMLVideoElement>(null);
  const merged = useMergedRef(own, ref);
  useLayoutEffect(() => {
    const video = own.current;
    if (video !== null && video.srcObject !== stream) video.srcObject = stream;
  }, [stream]);
  return (
    <video
      ref={merged}
      autoPlay
      playsInline
      disablePictureInPicture={others.muted === true}
      data-mirrored={mirrored || undefined}
      className={className === undefined ? classes.video : `${classes.video} ${className}`}
      {...others}
    />
  );
}
