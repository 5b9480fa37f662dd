/** The largest picture of the others: the stage, or whoever has the most room. */
function largestVideo(): HTMLVideoElement | null {
  const videos = [...document.querySelectorAll<HTMLVideoElement>('video[data-participant]')];
  const playing = videos.filter((video) => video.readyState >= HTMLMediaElement.HAVE_METADATA && video.videoWidth > 0);
  const sizeOf = (video: HTMLVideoElement) => video.clientWidth * video.clientHeight;
  return playing.reduce<HTMLVideoElement | null>(
    (best, video) => (best === null || sizeOf(video) > sizeOf(best) ? video : best),
    null,
  );
}

export function supportsPictureInPicture(): boolean {
  return 'pictureInPictureEnabled' in document && document.pictureInPictureEnabled;
}

/** The call in a small window over other programs, or back. */
export function togglePictureInPicture(): void {
  const change =
    document.pictureInPictureElement !== null
      ? document.exitPictureInPicture()
      : largestVideo()?.requestPictureInPicture();
  change?.catch(() => undefined); // Refused by the browser: nothing changes.
}
