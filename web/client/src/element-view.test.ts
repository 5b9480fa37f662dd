import { afterEach, describe, expect, it, vi } from 'vitest';
import { watchElement } from './element-view.ts';
import type { ViewSize } from './view-sizes.ts';

/** As much of a browser as tells what is seen. */
class FakeBrowser {
  readonly element = Object.assign(new EventTarget(), { clientWidth: 320, clientHeight: 180 });
  readonly document = Object.assign(new EventTarget(), {
    visibilityState: 'visible',
    pictureInPictureElement: null as unknown,
  });
  observed = 0;
  resized: () => void = () => undefined;
  intersected: (entries: readonly { isIntersecting: boolean }[]) => void = () => undefined;

  constructor({ density = 1, knowsDevicePixels = true } = {}) {
    const observer = (begin: (callback: never) => void) =>
      class {
        constructor(callback: never) {
          begin(callback);
        }
        observe = (_: unknown, options?: { box: string }): void => {
          if (options?.box === 'device-pixel-content-box' && !knowsDevicePixels) throw new TypeError('box');
          browser.observed++;
        };
        disconnect = (): void => {
          browser.observed--;
        };
      };
    // eslint-disable-next-line @typescript-eslint/no-this-alias -- the observers are the browser's
    const browser = this;
    vi.stubGlobal('document', this.document);
    vi.stubGlobal('devicePixelRatio', density);
    vi.stubGlobal(
      'ResizeObserver',
      observer((callback) => (this.resized = callback)),
    );
    vi.stubGlobal(
      'IntersectionObserver',
      observer((callback) => (this.intersected = callback)),
    );
  }

  scroll(isIntersecting: boolean): void {
    this.intersected([{ isIntersecting: !isIntersecting }, { isIntersecting }]);
  }

  resize(width: number, height: number): void {
    Object.assign(this.element, { clientWidth: width, clientHeight: height });
    this.resized();
  }

  turnTo(visibilityState: 'visible' | 'hidden'): void {
    this.document.visibilityState = visibilityState;
    this.document.dispatchEvent(new Event('visibilitychange'));
  }

  float(pictureInPictureWindow: EventTarget): void {
    this.document.pictureInPictureElement = this.element;
    this.element.dispatchEvent(Object.assign(new Event('enterpictureinpicture'), { pictureInPictureWindow }));
  }

  land(): void {
    this.document.pictureInPictureElement = null;
    this.element.dispatchEvent(new Event('leavepictureinpicture'));
  }
}

function stage(options: ConstructorParameters<typeof FakeBrowser>[0] = {}) {
  const browser = new FakeBrowser(options);
  const told: string[] = [];
  const stop = watchElement(browser.element as unknown as Element, ({ width, height }: ViewSize) =>
    told.push(`${String(width)}x${String(height)}`),
  );
  return { browser, told, stop, last: () => told.at(-1) };
}

afterEach(() => vi.unstubAllGlobals());

describe('the size at which an element is seen', () => {
  it('is nothing until it comes into sight, and when it leaves', () => {
    const { browser, last } = stage();
    browser.resize(640, 360);
    expect(last()).toBe('0x0');
    browser.scroll(true);
    expect(last()).toBe('640x360');
    browser.scroll(false);
    expect(last()).toBe('0x0');
  });

  it('is in pixels of the device, as many as the protocol has', () => {
    const { browser, last } = stage({ density: 1.5 });
    browser.scroll(true);
    expect(last()).toBe('480x270');
    browser.resize(20_000, 101);
    expect(last()).toBe('16384x152');
    browser.resize(0, 101);
    expect(last()).toBe('0x0');
  });

  it('is nothing while another page is looked at', () => {
    const { browser, last } = stage();
    browser.scroll(true);
    browser.turnTo('hidden');
    expect(last()).toBe('0x0');
    browser.turnTo('visible');
    expect(last()).toBe('320x180');
  });

  it('is that of its small window over other programs, though the page is hidden', () => {
    const { browser, last } = stage();
    browser.scroll(true);
    const small = Object.assign(new EventTarget(), { width: 200, height: 112 });
    browser.float(small);
    browser.turnTo('hidden');
    expect(last()).toBe('200x112');
    small.width = 400;
    small.dispatchEvent(new Event('resize'));
    expect(last()).toBe('400x112');
    browser.land();
    expect(last()).toBe('0x0');
  });

  it('is told by browsers that observe no device pixels too', () => {
    const { browser, last } = stage({ knowsDevicePixels: false });
    browser.scroll(true);
    expect(last()).toBe('320x180');
  });

  it('is told no more after the end', () => {
    const { browser, told, stop } = stage();
    browser.scroll(true);
    stop();
    const before = told.length;
    browser.turnTo('hidden');
    browser.element.dispatchEvent(new Event('leavepictureinpicture'));
    expect([told.length, browser.observed]).toEqual([before, 0]);
  });
});
