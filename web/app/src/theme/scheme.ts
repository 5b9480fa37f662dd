import { localStorageColorSchemeManager } from '@mantine/core';

export const schemeManager = localStorageColorSchemeManager({ key: 'stoa.theme' });

/** Sets the scheme before the first paint; done here because the page's policy allows no inline scripts. */
export function applyStoredScheme(): void {
  const stored = schemeManager.get('auto');
  const dark = stored === 'dark' || (stored === 'auto' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light');
}
