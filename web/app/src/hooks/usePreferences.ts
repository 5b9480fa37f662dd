import { preferences, type Preferences } from '../lib/preferences';
import { useStore } from './useStore';

export function usePreferences(): Preferences {
  return useStore(preferences);
}
