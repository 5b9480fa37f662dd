/** Rules of docs/PROTOCOL.md: 1 to 64 code points of any script after trimming and NFC, no control characters. */
export const MAX_NAME_LENGTH = 64;

export type NameCheck = { readonly ok: true; readonly name: string } | { readonly ok: false; readonly problem: string };

const refuse = (problem: string): NameCheck => ({ ok: false, problem });

function check(input: string, what: string): NameCheck {
  const name = input.trim().normalize('NFC');
  if (name === '') return refuse(`Enter a ${what}.`);
  const length = [...name].length;
  if (length > MAX_NAME_LENGTH) {
    return refuse(`That is ${length} characters long; a ${what} has at most ${MAX_NAME_LENGTH}.`);
  }
  if (/\p{Cc}/u.test(name)) return refuse('There is an invisible control character in it. Type it instead of pasting.');
  return { ok: true, name };
}

export function checkRoomName(input: string): NameCheck {
  const result = check(input, 'room name');
  // URLs treat these segments as "here" and "one up", even when percent-encoded.
  if (result.ok && /^\.{1,2}$/.test(result.name)) return refuse('A name made of dots alone cannot stand in a link.');
  return result;
}

export function checkDisplayName(input: string): NameCheck {
  return check(input, 'name');
}
