import type { Problem, RoomNotice } from '@stoa/client';

export type Toast =
  | { readonly kind: 'people'; readonly text: string }
  | { readonly kind: 'sharing'; readonly text: string }
  | { readonly kind: 'problem'; readonly problem: Problem };

const NAMED = 2;

/** "Ann", "Ann and Bo", "Ann, Bo and 3 others". */
export function listNames(names: readonly string[]): string {
  if (names.length <= 1) return names[0] ?? '';
  if (names.length === 2) return `${names[0]} and ${names[1]}`;
  const others = names.length - NAMED;
  return `${names.slice(0, NAMED).join(', ')} and ${others} ${others === 1 ? 'other' : 'others'}`;
}

/**
 * What to tell about the notices of a moment: one line for all who joined, one for all who left. Who came and went (or
 * went and came back) within it is not mentioned; lost and returned connections show on the tile.
 */
export function summarise(notices: readonly RoomNotice[]): readonly Toast[] {
  const presence = new Map<string, { name: string; change: number }>();
  const sharing = new Map<string, string>();
  const problems = new Map<string, Problem>();
  for (const notice of notices) {
    switch (notice.kind) {
      case 'joined':
      case 'left': {
        const before = presence.get(notice.participant)?.change ?? 0;
        presence.set(notice.participant, { name: notice.name, change: before + (notice.kind === 'joined' ? 1 : -1) });
        break;
      }
      case 'sharing':
        sharing.set(notice.participant, notice.name);
        break;
      case 'problem':
        problems.set(notice.problem.code, notice.problem);
        break;
      case 'lost':
      case 'returned':
        break;
    }
  }
  const changed = [...presence.values()];
  const joined = changed.filter(({ change }) => change > 0).map(({ name }) => name);
  const left = changed.filter(({ change }) => change < 0).map(({ name }) => name);
  const toasts: Toast[] = [];
  if (joined.length > 0) toasts.push({ kind: 'people', text: `${listNames(joined)} joined` });
  if (left.length > 0) toasts.push({ kind: 'people', text: `${listNames(left)} left` });
  for (const name of sharing.values()) toasts.push({ kind: 'sharing', text: `${name} is sharing the screen` });
  for (const problem of problems.values()) toasts.push({ kind: 'problem', problem });
  return toasts;
}
