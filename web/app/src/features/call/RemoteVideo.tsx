import { useEffect, useRef } from 'react';
import { useSelected } from '../../hooks/useStore';
import { StreamVideo } from '../../ui/StreamVideo';
import { useCall } from './CallContext';
import { watchFit } from './fit';

interface Props {
  participant: string;
  source: 'camera' | 'screen';
  stream: MediaStream;
  label: string;
  className?: string | undefined;
}

/** Picture and sound of one stream of a participant, on the chosen speaker. */
export function RemoteVideo({ participant, source, stream, label, className }: Props) {
  const { room, media, playback } = useCall();
  const speaker = useSelected(media, (state) => state.selected.speaker);
  const element = useRef<HTMLVideoElement>(null);

  useEffect(() => {
    const video = element.current;
    if (video === null) return;
    const play = () => playback.play(video);
    play();
    stream.addEventListener('addtrack', play);
    return () => {
      stream.removeEventListener('addtrack', play);
      playback.forget(video);
    };
  }, [stream, playback]);

  useEffect(() => {
    const video = element.current;
    if (video === null || !('setSinkId' in video) || video.sinkId === (speaker ?? '')) return;
    video.setSinkId(speaker ?? '').catch(() => undefined); // Unplugged meanwhile: the default one goes on.
  }, [speaker]);

  useEffect(() => {
    if (element.current !== null && source === 'camera') return watchFit(element.current);
  }, [source]);

  useEffect(() => {
    if (element.current !== null) return room.watch(participant, source, element.current);
  }, [room, participant, source]);

  return (
    <StreamVideo
      ref={element}
      stream={stream}
      data-fit={source === 'screen' ? 'contain' : undefined}
      className={className}
      aria-label={label}
      data-testid="remote-video"
      data-participant={participant}
      data-source={source}
    />
  );
}
