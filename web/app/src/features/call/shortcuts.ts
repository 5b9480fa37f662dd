export type ShortcutAction =
  'microphone' | 'camera' | 'share' | 'chat' | 'people' | 'stats' | 'fullscreen' | 'help' | 'escape';

export interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}

const PLAIN: Readonly<Record<string, ShortcutAction>> = {
  m: 'microphone',
  v: 'camera',
  s: 'share',
  c: 'chat',
  p: 'people',
  i: 'stats',
  f: 'fullscreen',
  '?': 'help',
  escape: 'escape',
};

const WITH_COMMAND: Readonly<Record<string, ShortcutAction>> = { d: 'microphone', e: 'camera' };

/** What a key means in a call, or null. */
export function shortcutOf(press: KeyPress): ShortcutAction | null {
  if (press.altKey) return null;
  const table = press.ctrlKey || press.metaKey ? WITH_COMMAND : PLAIN;
  return table[press.key.toLowerCase()] ?? null;
}

const TEXT_INPUTS = /^(text|search|url|email|tel|password|number|date|time)$/;

/** Whether keys belong to what is being typed. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return TEXT_INPUTS.test(target.type);
  return (
    target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement || target.isContentEditable === true
  );
}

/** Whether Space presses the focused element, and so cannot mean "hold to talk". */
export function usesSpace(target: EventTarget | null): boolean {
  return (
    target instanceof Element &&
    target.closest('button, a, input, select, summary, [role="menu"], [role="dialog"]') !== null
  );
}

export interface ShortcutHelp {
  readonly keys: readonly string[];
  readonly does: string;
}

/** For the dialog that `?` opens. `command` is the name of the key on this computer. */
export function shortcutHelp(command: '⌘' | 'Ctrl'): readonly ShortcutHelp[] {
  return [
    { keys: ['M', `${command} D`], does: 'Microphone on or off' },
    { keys: ['V', `${command} E`], does: 'Camera on or off' },
    { keys: ['Space'], does: 'Hold to talk while muted' },
    { keys: ['S'], does: 'Share the screen, or stop' },
    { keys: ['C'], does: 'Chat' },
    { keys: ['P'], does: 'People' },
    { keys: ['I'], does: 'Statistics' },
    { keys: ['F'], does: 'Full screen' },
    { keys: ['Esc'], does: 'Close a panel, show everyone alike' },
    { keys: ['?'], does: 'This list' },
  ];
}
