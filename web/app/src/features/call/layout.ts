/** Where tiles go. Pure geometry in CSS pixels; tiles are placed absolutely, so that moving one never remounts its video. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Rect extends Size {
  readonly left: number;
  readonly top: number;
}

/** A tile is between these shapes (width / height); a camera is cropped to fill it. */
const TALLEST = 3 / 4;
/** In a wide area tiles need not be tall. */
const TALLEST_IN_WIDE = 1;
const WIDEST = 16 / 9;
const CAMERA = 16 / 9;
/** 0 likes big tiles however much they crop, 1 likes only what they show. */
const CROP_AVERSION = 0.15;

/** How wide the area must be, compared to its height, for the strip to stand beside the stage instead of below it. */
const SIDE_STRIP_FROM = 1.15;

interface Fit extends Size {
  readonly columns: number;
  readonly score: number;
}

function fitColumns(area: Size, count: number, columns: number, gap: number): Fit {
  const rows = Math.ceil(count / columns);
  const cellWidth = Math.max(0, (area.width - gap * (columns - 1)) / columns);
  const cellHeight = Math.max(0, (area.height - gap * (rows - 1)) / rows);
  const width = Math.min(cellWidth, cellHeight * WIDEST);
  const height = Math.min(cellHeight, width / (area.width > area.height ? TALLEST_IN_WIDE : TALLEST));
  // The part of each camera picture that is seen, times its size: big tiles that crop little win.
  const shown = Math.min(1, width / Math.max(1, height) / CAMERA);
  return { columns, width, height, score: width * height * shown ** CROP_AVERSION };
}

/** `count` equal tiles that use the area best; a last row that is not full is centred. */
export function gridLayout(area: Size, count: number, gap: number): readonly Rect[] {
  if (count <= 0) return [];
  let best = fitColumns(area, count, 1, gap);
  for (let columns = 2; columns <= count; columns++) {
    const fit = fitColumns(area, count, columns, gap);
    if (fit.score > best.score) best = fit;
  }
  const { columns, width, height } = best;
  const rows = Math.ceil(count / columns);
  const top = (area.height - rows * height - (rows - 1) * gap) / 2;
  return Array.from({ length: count }, (_, index) => {
    const row = Math.floor(index / columns);
    const inRow = row === rows - 1 ? count - row * columns : columns;
    const left = (area.width - inRow * width - (inRow - 1) * gap) / 2;
    return { left: left + (index % columns) * (width + gap), top: top + row * (height + gap), width, height };
  });
}

/** One big tile and a strip of the others, beside it or below. */
export function stageLayout(area: Size, others: number, gap: number): { stage: Rect; strip: readonly Rect[] } {
  if (others === 0) return { stage: { left: 0, top: 0, ...area }, strip: [] };
  if (area.width / Math.max(1, area.height) >= SIDE_STRIP_FROM) {
    const columns = others > 6 ? 2 : 1;
    const stripWidth = Math.min(area.width * 0.34, Math.max(132, area.width * 0.19) * columns);
    const width = area.width - stripWidth - gap;
    const strip = gridLayout({ width: stripWidth, height: area.height }, others, gap);
    return { stage: { left: 0, top: 0, width, height: area.height }, strip: shift(strip, width + gap, 0) };
  }
  const rows = others > 4 ? 2 : 1;
  const stripHeight = Math.min(area.height * 0.4, Math.max(96, area.height * 0.17) * rows);
  const height = area.height - stripHeight - gap;
  const strip = gridLayout({ width: area.width, height: stripHeight }, others, gap);
  return { stage: { left: 0, top: 0, width: area.width, height }, strip: shift(strip, 0, height + gap) };
}

function shift(rects: readonly Rect[], left: number, top: number): readonly Rect[] {
  return rects.map((rect) => ({ ...rect, left: rect.left + left, top: rect.top + top }));
}

/** The small self view in a corner of a call between two. */
export function floatLayout(area: Size, margin: number): Rect {
  const portrait = area.height > area.width;
  const width = Math.min(280, Math.max(portrait ? 92 : 128, area.width * (portrait ? 0.27 : 0.2)));
  const height = portrait ? width / TALLEST : width / WIDEST;
  return { left: area.width - width - margin, top: area.height - height - margin, width, height };
}

/** One's own tile and the invitation next to it, while nobody else is here. */
export function aloneLayout(area: Size, gap: number): readonly [own: Rect, invitation: Rect] {
  if (area.width / Math.max(1, area.height) >= SIDE_STRIP_FROM && area.width >= 640) {
    const cardWidth = Math.min(420, Math.max(260, area.width * 0.38));
    const width = area.width - cardWidth - gap;
    const height = Math.min(area.height, width / (4 / 3));
    const top = (area.height - height) / 2;
    return [
      { left: 0, top, width, height },
      { left: width + gap, top, width: cardWidth, height },
    ];
  }
  const cardHeight = Math.min(280, area.height * 0.45);
  const height = area.height - cardHeight - gap;
  return [
    { left: 0, top: 0, width: area.width, height },
    { left: 0, top: height + gap, width: area.width, height: cardHeight },
  ];
}
