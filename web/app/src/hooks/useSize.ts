import { useCallback, useState, type RefCallback } from 'react';

export interface MeasuredSize {
  readonly width: number;
  readonly height: number;
}

/** The inner size of an element, null until it is in the page. */
export function useSize(): { ref: RefCallback<HTMLElement>; size: MeasuredSize | null } {
  const [size, setSize] = useState<MeasuredSize | null>(null);
  const ref = useCallback((element: HTMLElement | null) => {
    if (element === null) return;
    const measure = () => {
      const { clientWidth: width, clientHeight: height } = element;
      setSize((last) => (last?.width === width && last.height === height ? last : { width, height }));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return { ref, size };
}
