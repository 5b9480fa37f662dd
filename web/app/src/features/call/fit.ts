/** How a picture fills a tile: `near` crops less than `cover` and leaves a margin, `contain` crops nothing. */
export type Fit = 'cover' | 'near' | 'contain';

/** A landscape picture loses its sides without harm, but not all of them; a portrait one would lose the head. */
export function fitOf(pictureAspect: number, boxAspect: number): Fit {
  if (!(pictureAspect > 0) || !(boxAspect > 0)) return 'cover';
  const shown = Math.min(pictureAspect, boxAspect) / Math.max(pictureAspect, boxAspect);
  if (pictureAspect < boxAspect) return shown < 0.6 ? 'contain' : 'cover';
  return shown < 0.4 ? 'near' : 'cover';
}

/** Keeps `data-fit` right while the picture or the tile changes its shape; outside React, since neither is its state. */
export function watchFit(video: HTMLVideoElement): () => void {
  const apply = () => {
    video.dataset.fit = fitOf(video.videoWidth / video.videoHeight, aspectOf(video.parentElement));
  };
  const observer = new ResizeObserver(apply);
  if (video.parentElement !== null) observer.observe(video.parentElement);
  video.addEventListener('resize', apply);
  return () => {
    observer.disconnect();
    video.removeEventListener('resize', apply);
  };
}

function aspectOf(element: HTMLElement | null): number {
  return element === null ? Number.NaN : element.clientWidth / element.clientHeight;
}
