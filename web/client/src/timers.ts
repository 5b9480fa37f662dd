/** Named timers: setting one replaces it, and all can be cleared at once. */
import type { Environment } from './environment.ts';

export class Timers<Name extends string> {
  readonly #environment: Environment;
  readonly #running = new Map<Name, { readonly at: number; readonly cancel: () => void }>();

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  set(name: Name, ms: number, callback: () => void): void {
    this.clear(name);
    const cancel = this.#environment.setTimer(() => {
      this.#running.delete(name);
      callback();
    }, ms);
    this.#running.set(name, { at: this.#environment.now() + ms, cancel });
  }

  /** Keeps a running timer of this name that ends earlier. */
  setIfSooner(name: Name, ms: number, callback: () => void): void {
    const running = this.#running.get(name);
    if (running === undefined || running.at > this.#environment.now() + ms) this.set(name, ms, callback);
  }

  clear(name: Name): void {
    this.#running.get(name)?.cancel();
    this.#running.delete(name);
  }

  clearAll(): void {
    for (const name of [...this.#running.keys()]) this.clear(name);
  }
}
