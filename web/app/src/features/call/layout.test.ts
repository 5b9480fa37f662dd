import { describe, expect, it } from 'vitest';
import { aloneLayout, floatLayout, gridLayout, stageLayout, type Rect, type Size } from './layout';

const GAP = 10;
const AREAS: readonly (readonly [string, Size])[] = [
  ['a phone upright', { width: 366, height: 760 }],
  ['a phone on its side', { width: 800, height: 300 }],
  ['a laptop with the chat open', { width: 1032, height: 728 }],
  ['a wall', { width: 3800, height: 1100 }],
];

function overlap(a: Rect, b: Rect): boolean {
  const apart = 0.01;
  return (
    a.left + a.width > b.left + apart &&
    b.left + b.width > a.left + apart &&
    a.top + a.height > b.top + apart &&
    b.top + b.height > a.top + apart
  );
}

function expectInside(rects: readonly Rect[], area: Size) {
  for (const rect of rects) {
    expect(rect.left).toBeGreaterThanOrEqual(-0.01);
    expect(rect.top).toBeGreaterThanOrEqual(-0.01);
    expect(rect.left + rect.width).toBeLessThanOrEqual(area.width + 0.01);
    expect(rect.top + rect.height).toBeLessThanOrEqual(area.height + 0.01);
  }
  rects.forEach((rect, index) => {
    for (const other of rects.slice(index + 1)) expect(overlap(rect, other)).toBe(false);
  });
}

describe.each(AREAS)('on %s', (_, area) => {
  it('the grid keeps 1 to 30 tiles inside, apart and of one size', () => {
    for (let count = 1; count <= 30; count++) {
      const rects = gridLayout(area, count, GAP);
      expect(rects).toHaveLength(count);
      expectInside(rects, area);
      for (const { width, height } of rects) {
        expect(width).toBeCloseTo(rects[0]?.width ?? 0);
        expect(width / height).toBeGreaterThanOrEqual(3 / 4 - 0.001);
        expect(width / height).toBeLessThanOrEqual(16 / 9 + 0.001);
      }
    }
  });

  it('the stage is bigger than every tile of its strip', () => {
    for (let others = 1; others <= 16; others++) {
      const { stage, strip } = stageLayout(area, others, GAP);
      expect(strip).toHaveLength(others);
      expectInside([stage, ...strip], area);
      for (const tile of strip) expect(tile.width * tile.height).toBeLessThan(stage.width * stage.height);
    }
  });

  it('the invitation stands beside the own tile', () => {
    expectInside(aloneLayout(area, GAP), area);
  });

  it('the floating self view stays inside', () => {
    expectInside([floatLayout(area, 16)], area);
  });
});

const columns = (rects: readonly Rect[]) => new Set(rects.map(({ left }) => Math.round(left))).size;

describe('the grid', () => {
  it('fills a landscape area with two by two for four', () => {
    expect(columns(gridLayout({ width: 1280, height: 720 }, 4, GAP))).toBe(2);
  });

  it('stacks two on a phone held upright', () => {
    expect(columns(gridLayout({ width: 366, height: 760 }, 2, GAP))).toBe(1);
  });

  it('uses two columns for six on a phone held upright', () => {
    expect(columns(gridLayout({ width: 366, height: 760 }, 6, GAP))).toBe(2);
  });

  it('centres a last row that is not full', () => {
    const rects = gridLayout({ width: 1280, height: 720 }, 3, GAP);
    const last = rects[2];
    expect((last?.left ?? 0) + (last?.width ?? 0) / 2).toBeCloseTo(640);
  });

  it('places nothing for nobody, and nothing visible without room', () => {
    expect(gridLayout({ width: 100, height: 100 }, 0, GAP)).toEqual([]);
    for (const { width, height } of gridLayout({ width: 0, height: 0 }, 3, GAP)) expect(width * height).toBe(0);
  });
});
