/** How large an element is seen, by what the browser says of its size, of what hides it, and of the page. */
import { OUT_OF_SIGHT } from './view-sizes.ts';
import type { ViewSize } from './view-sizes.ts';

/** Of the protocol. */
const MAX_PIXELS = 16_384;

/** @returns the function that ends it */
export function watchElement(element: Element, onSize: (size: ViewSize) => void): () => void {
  let intersects = false;
  let floating: PictureInPictureWindow | null = null;
  const tell = (): void => onSize(sizeOf(element, intersects, floating));

  const resizes = new ResizeObserver(tell);
  try {
    // Also when the page moves to a screen of another density.
    resizes.observe(element, { box: 'device-pixel-content-box' });
  } catch {
    // Safari has only the others.
    resizes.observe(element);
  }
  const intersections = new IntersectionObserver((entries) => {
    intersects = entries.at(-1)?.isIntersecting ?? intersects;
    tell();
  });
  intersections.observe(element);
  const float = (event: Event): void => {
    floating?.removeEventListener('resize', tell);
    floating = 'pictureInPictureWindow' in event ? (event as PictureInPictureEvent).pictureInPictureWindow : null;
    floating?.addEventListener('resize', tell);
    tell();
  };
  const events = ['enterpictureinpicture', 'leavepictureinpicture'] as const;
  for (const name of events) element.addEventListener(name, float);
  document.addEventListener('visibilitychange', tell);
  return () => {
    resizes.disconnect();
    intersections.disconnect();
    floating?.removeEventListener('resize', tell);
    for (const name of events) element.removeEventListener(name, float);
    document.removeEventListener('visibilitychange', tell);
  };
}

/** A small window over other programs is seen though the page is not. */
function sizeOf(element: Element, intersects: boolean, floating: PictureInPictureWindow | null): ViewSize {
  if (document.pictureInPictureElement === element && floating !== null)
    return inDevicePixels(floating.width, floating.height);
  if (!intersects || document.visibilityState === 'hidden') return OUT_OF_SIGHT;
  return inDevicePixels(element.clientWidth, element.clientHeight);
}

function inDevicePixels(width: number, height: number): ViewSize {
  const of = (cssPixels: number): number => Math.min(MAX_PIXELS, Math.round(cssPixels * devicePixelRatio));
  return width === 0 || height === 0 ? OUT_OF_SIGHT : { width: of(width), height: of(height) };
}
