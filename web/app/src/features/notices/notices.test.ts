import type { RoomNotice } from '@stoa/client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { NoticeGroups, TOGETHER_MS } from './NoticeGroups';
import { listNames, summarise, type Toast } from './summarise';

const notice = (kind: 'joined' | 'left' | 'lost' | 'returned' | 'sharing', name: string): RoomNotice => ({
  kind,
  participant: name.toLowerCase(),
  name,
  at: 0,
});
const texts = (notices: readonly RoomNotice[]) =>
  summarise(notices).map((toast) => (toast.kind === 'problem' ? toast.problem.message : toast.text));

it.each([
  [['Ann'], 'Ann'],
  [['Ann', 'Bo'], 'Ann and Bo'],
  [['Ann', 'Bo', 'Cy'], 'Ann, Bo and 1 other'],
  [['Ann', 'Bo', 'Cy', 'Di', 'Ed'], 'Ann, Bo and 3 others'],
])('names %j', (names, text) => expect(listNames(names)).toBe(text));

describe('the notices of a moment', () => {
  it('are one line for all who joined and one for all who left', () => {
    expect(texts([notice('joined', 'Ann'), notice('left', 'Cy'), notice('joined', 'Bo')])).toEqual([
      'Ann and Bo joined',
      'Cy left',
    ]);
  });

  it('do not mention who came and went, or whose connection was lost for a while', () => {
    expect(texts([notice('joined', 'Ann'), notice('left', 'Ann')])).toEqual([]);
    expect(texts([notice('lost', 'Ann'), notice('returned', 'Ann')])).toEqual([]);
  });

  it('tell about screens, and about a problem once', () => {
    const problem: RoomNotice = { kind: 'problem', problem: { code: 'x', message: 'Oh', hint: 'Wait' }, at: 0 };
    expect(texts([notice('sharing', 'Ann'), problem, problem])).toEqual(['Ann is sharing the screen', 'Oh']);
  });
});

describe('the groups', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('wait a moment, then tell all together', () => {
    const told: (readonly Toast[])[] = [];
    const groups = new NoticeGroups((toasts) => told.push(toasts));
    groups.add(notice('joined', 'Ann'));
    vi.advanceTimersByTime(TOGETHER_MS - 1);
    groups.add(notice('joined', 'Bo'));
    expect(told).toEqual([]);
    vi.advanceTimersByTime(1);
    groups.add(notice('left', 'Bo'));
    vi.advanceTimersByTime(TOGETHER_MS);
    expect(told).toEqual([[{ kind: 'people', text: 'Ann and Bo joined' }], [{ kind: 'people', text: 'Bo left' }]]);
  });

  it('say nothing after they were closed', () => {
    const told: (readonly Toast[])[] = [];
    const groups = new NoticeGroups((toasts) => told.push(toasts));
    groups.add(notice('joined', 'Ann'));
    groups.close();
    vi.advanceTimersByTime(TOGETHER_MS);
    expect(told).toEqual([]);
  });
});
