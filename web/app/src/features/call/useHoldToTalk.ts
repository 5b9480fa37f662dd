import type { LocalMedia } from '@stoa/client';
import { useEffect, useState } from 'react';
import { isTyping, usesSpace } from './shortcuts';

/** Space opens a muted microphone for as long as it is held. Returns whether it is. */
export function useHoldToTalk(media: LocalMedia): boolean {
  const [talking, setTalking] = useState(false);
  useEffect(() => {
    let held = false;
    const press = (event: KeyboardEvent) => {
      if (event.code !== 'Space' || event.ctrlKey || event.metaKey || event.altKey) return;
      if (held) {
        event.preventDefault();
        return;
      }
      if (event.repeat || isTyping(event.target) || usesSpace(event.target)) return;
      if (media.snapshot.microphone.status !== 'muted') return;
      event.preventDefault();
      held = true;
      setTalking(true);
      void media.setMicrophone(true);
    };
    const release = () => {
      if (!held) return;
      held = false;
      setTalking(false);
      void media.setMicrophone(false);
    };
    const lift = (event: KeyboardEvent) => {
      if (event.code === 'Space') release();
    };
    window.addEventListener('keydown', press);
    window.addEventListener('keyup', lift);
    window.addEventListener('blur', release);
    return () => {
      release();
      window.removeEventListener('keydown', press);
      window.removeEventListener('keyup', lift);
      window.removeEventListener('blur', release);
    };
  }, [media]);
  return talking;
}
