/** A tab to share: its whole window is a block code that moves. */
import { FPS, blockCodeSource } from './block-code.mjs';

export const SCREEN_TITLE = 'A screen to share';
/** Chromium shares the tab of this title without asking. */
export const SHARE_FLAGS = [`--auto-select-tab-capture-source-by-title=${SCREEN_TITLE}`];

const page = (id) => `<!doctype html><meta charset="utf-8"><title>${SCREEN_TITLE}</title>
<style>html, body, canvas { margin: 0; width: 100%; height: 100%; display: block; overflow: hidden }</style>
<canvas width="640" height="360"></canvas>
<script>
${blockCodeSource}
const context = document.querySelector('canvas').getContext('2d');
let counter = 0;
setInterval(() => drawBlocks(context, ${id}, counter++, 640, 360), ${Math.round(1000 / FPS)});
</script>`;

/** Opens the tab beside the person's call and leaves the call in front. */
export async function openScreen(person, id) {
  const tab = await person.given.newPage();
  await tab.goto(`data:text/html;charset=utf-8,${encodeURIComponent(page(id))}`);
  await person.page.bringToFront();
  return tab;
}
