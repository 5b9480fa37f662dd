/** How large the page shows what it receives: an element tells its size, or that nothing of it is to be seen. */
import type { SourceKind } from './api.ts';
import type { Environment } from './environment.ts';

/** In device pixels; 0 by 0: nothing of it is visible. */
export interface ViewSize {
  readonly width: number;
  readonly height: number;
}

export const OUT_OF_SIGHT: ViewSize = { width: 0, height: 0 };

export class ViewSizes {
  readonly #environment: Pick<Environment, 'watchElement'>;
  readonly #onChange: () => void;
  /** Elements by what they show. */
  readonly #shown = new Map<string, Set<{ size: ViewSize }>>();
  #used = false;

  constructor(environment: Pick<Environment, 'watchElement'>, onChange: () => void) {
    this.#environment = environment;
    this.#onChange = onChange;
  }

  /** @returns the function that ends it */
  watch(participant: string, source: SourceKind, element: Element): () => void {
    this.#used = true;
    const key = keyOf(participant, source);
    const view = { size: OUT_OF_SIGHT };
    const views = this.#shown.get(key) ?? new Set();
    this.#shown.set(key, views.add(view));
    const stop = this.#environment.watchElement(element, (size) => {
      if (size.width === view.size.width && size.height === view.size.height) return;
      view.size = size;
      this.#onChange();
    });
    return () => {
      stop();
      if (!views.delete(view)) return;
      if (views.size === 0 && this.#shown.get(key) === views) this.#shown.delete(key);
      this.#onChange();
    };
  }

  /** The largest at which it is shown; null when the page does not tell sizes at all. */
  sizeOf(participant: string, source: SourceKind): ViewSize | null {
    if (!this.#used) return null;
    const sizes = [...(this.#shown.get(keyOf(participant, source)) ?? [])].map(({ size }) => size);
    return {
      width: Math.max(0, ...sizes.map(({ width }) => width)),
      height: Math.max(0, ...sizes.map(({ height }) => height)),
    };
  }
}

function keyOf(participant: string, source: SourceKind): string {
  return `${source} ${participant}`;
}
