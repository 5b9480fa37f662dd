const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** As people read it: `1.4 MB`. */
export function readableSize(bytes: number): string {
  const power = Math.min(bytes < 1000 ? 0 : Math.floor(Math.log10(bytes) / 3), UNITS.length - 1);
  const value = bytes / 1000 ** power;
  return `${power === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${UNITS[power]}`;
}
