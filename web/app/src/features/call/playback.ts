import type { Store } from '@stoa/client';

/** Plays the others' elements, and knows which of them the browser keeps silent until the person clicks. */
export class Playback implements Store<boolean> {
  readonly #silenced = new Set<HTMLVideoElement>();
  readonly #listeners = new Set<() => void>();

  /** True while something is silent because the browser refused to play sound. */
  get snapshot(): boolean {
    return this.#silenced.size > 0;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  play(video: HTMLVideoElement): void {
    video.play().catch((reason: unknown) => {
      if (!(reason instanceof DOMException) || reason.name !== 'NotAllowedError') return; // Replaced by a newer load.
      // The picture may still move: only sound needs a click.
      video.muted = true;
      this.#change(() => this.#silenced.add(video));
      video.play().catch(() => undefined);
    });
  }

  forget(video: HTMLVideoElement): void {
    if (this.#silenced.has(video)) this.#change(() => this.#silenced.delete(video));
  }

  /** Call it from a click. */
  unsilence(): void {
    const videos = [...this.#silenced];
    this.#change(() => this.#silenced.clear());
    for (const video of videos) {
      video.muted = false;
      this.play(video);
    }
  }

  #change(apply: () => void): void {
    apply();
    for (const listener of this.#listeners) listener();
  }
}
