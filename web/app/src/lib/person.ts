/** Tints that carry white letters (contrast 4.5:1 or more) and sit well together. */
const TINTS = [
  '#17607a',
  '#a34a2a',
  '#4c6b2f',
  '#6b4a8f',
  '#8a5a12',
  '#2f5fa8',
  '#9c3d5c',
  '#1f6f5c',
  '#5b5f73',
  '#7a4b3a',
] as const;

/** The same id has the same tint everywhere. */
export function tintOf(id: string): string {
  let hash = 0;
  for (const character of id) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) >>> 0;
  return TINTS[hash % TINTS.length] ?? TINTS[0];
}

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

function firstGrapheme(word: string): string {
  for (const { segment } of graphemes.segment(word)) return segment;
  return '';
}

/** One or two letters: "Ada Lovelace" gives AL, "李雷" gives 李. */
export function initialsOf(name: string): string {
  const words = name
    .trim()
    .split(/\s+/)
    .filter((word) => /[\p{L}\p{N}\p{Extended_Pictographic}]/u.test(word));
  const first = words[0];
  if (first === undefined) return '?';
  const last = words.length > 1 ? words[words.length - 1] : undefined;
  return (firstGrapheme(first) + (last === undefined ? '' : firstGrapheme(last))).toLocaleUpperCase();
}
