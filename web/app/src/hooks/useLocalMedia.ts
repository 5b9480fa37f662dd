import type { LocalMedia } from '@stoa/client';
import { useEffect, useState } from 'react';

/** One LocalMedia, made when first asked for and closed a moment after nobody holds it (StrictMode lets go and holds again). */
class Held {
  readonly #create: () => LocalMedia;
  #media: LocalMedia | null = null;
  #opening: Promise<void> | null = null;
  #holders = 0;

  constructor(create: () => LocalMedia) {
    this.#create = create;
  }

  get media(): LocalMedia {
    this.#media ??= this.#create();
    return this.#media;
  }

  /** Opens camera and microphone, once. */
  opened(): Promise<void> {
    this.#opening ??= this.media.open();
    return this.#opening;
  }

  hold(): () => void {
    this.#holders++;
    return () => {
      this.#holders--;
      setTimeout(() => {
        if (this.#holders === 0) this.#media?.close();
      });
    };
  }
}

export interface HeldMedia {
  readonly media: LocalMedia;
  /** Settles when the first attempt to open camera and microphone is over. */
  opened(): Promise<void>;
}

/** The camera and microphone for as long as the component is mounted; opened at once. */
export function useLocalMedia(create: () => LocalMedia): HeldMedia {
  const [held] = useState(() => new Held(create));
  useEffect(() => {
    void held.opened();
    return held.hold();
  }, [held]);
  return held;
}
