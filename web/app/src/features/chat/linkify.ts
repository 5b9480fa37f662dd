export type TextPart = { readonly kind: 'text' | 'link'; readonly text: string };

const LINK = /https?:\/\/[^\s<>"“”]+/giu;
const TRAILING = /[.,;:!?'’»\]}]+$/u;

/** Splits a message into text and web addresses. Only http and https ever become links. */
export function linkify(message: string): readonly TextPart[] {
  const parts: TextPart[] = [];
  let end = 0;
  for (const match of message.matchAll(LINK)) {
    const link = withoutTrailing(match[0]);
    if (!isWebAddress(link)) continue;
    if (match.index > end) parts.push({ kind: 'text', text: message.slice(end, match.index) });
    parts.push({ kind: 'link', text: link });
    end = match.index + link.length;
  }
  if (end < message.length) parts.push({ kind: 'text', text: message.slice(end) });
  return parts;
}

/** A full stop after a link belongs to the sentence, and a bracket to its other half. */
function withoutTrailing(link: string): string {
  let result = link.replace(TRAILING, '');
  while (result.endsWith(')') && count(result, ')') > count(result, '('))
    result = result.slice(0, -1).replace(TRAILING, '');
  return result;
}

function count(text: string, character: string): number {
  return text.split(character).length - 1;
}

function isWebAddress(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}
