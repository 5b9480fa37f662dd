import { readStored, writeStored } from './storage';

export interface Preferences {
  readonly name: string;
  readonly mirror: boolean;
  /** The side panel last seen on a wide screen; null while the person never chose. */
  readonly panel: 'chat' | 'people' | 'none' | null;
  readonly recentRooms: readonly string[];
}

const KEY = 'stoa.preferences';
const RECENT_ROOMS = 6;
const DEFAULTS: Preferences = { name: '', mirror: true, panel: null, recentRooms: [] };

export function parsePreferences(text: string | null): Preferences {
  if (text === null) return DEFAULTS;
  try {
    const stored = JSON.parse(text) as Partial<Record<keyof Preferences, unknown>>;
    return {
      name: typeof stored.name === 'string' ? stored.name : DEFAULTS.name,
      mirror: typeof stored.mirror === 'boolean' ? stored.mirror : DEFAULTS.mirror,
      panel: stored.panel === 'chat' || stored.panel === 'people' || stored.panel === 'none' ? stored.panel : null,
      recentRooms: Array.isArray(stored.recentRooms)
        ? stored.recentRooms.filter((room): room is string => typeof room === 'string').slice(0, RECENT_ROOMS)
        : DEFAULTS.recentRooms,
    };
  } catch {
    return DEFAULTS;
  }
}

/** The newest first, each once. */
export function withRecentRoom(rooms: readonly string[], room: string): readonly string[] {
  return [room, ...rooms.filter((other) => other !== room)].slice(0, RECENT_ROOMS);
}

/** What this browser remembers about the person, as a store of immutable snapshots. */
class PreferenceStore {
  #snapshot = parsePreferences(readStored('localStorage', KEY));
  readonly #listeners = new Set<() => void>();

  get snapshot(): Preferences {
    return this.#snapshot;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  set(change: Partial<Preferences>): void {
    this.#snapshot = { ...this.#snapshot, ...change };
    writeStored('localStorage', KEY, JSON.stringify(this.#snapshot));
    for (const listener of this.#listeners) listener();
  }
}

export const preferences = new PreferenceStore();
