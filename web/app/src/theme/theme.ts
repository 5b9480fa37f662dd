import { createTheme, type MantineColorsTuple } from '@mantine/core';

/** The sea by the colonnade. */
const aegean: MantineColorsTuple = [
  '#e9f5f8',
  '#d4e7ed',
  '#a8cfda',
  '#79b6c8',
  '#53a1b8',
  '#3a92ac',
  '#2a7f99',
  '#17607a',
  '#10566e',
  '#07455a',
];
/** Fired clay: for the few things that should catch the eye. */
const terracotta: MantineColorsTuple = [
  '#fdf0ea',
  '#f7ddd1',
  '#f0b89f',
  '#e9936d',
  '#e27546',
  '#d9622f',
  '#c25426',
  '#a3451e',
  '#843718',
  '#632810',
];
/** Marble in daylight. */
const gray: MantineColorsTuple = [
  '#faf8f4',
  '#f3f0e9',
  '#e8e3d9',
  '#dad3c6',
  '#c2baab',
  '#a0988a',
  '#6f685d',
  '#514b43',
  '#37332d',
  '#221f1b',
];
/** Marble at night. */
const dark: MantineColorsTuple = [
  '#dde1e6',
  '#b9bfc8',
  '#949ba6',
  '#69717d',
  '#444b56',
  '#353b45',
  '#272c34',
  '#171a20',
  '#111419',
  '#0b0d10',
];

const SANS = "ui-sans-serif, system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans', sans-serif";
const SERIF = "'Iowan Old Style', 'Palatino Linotype', Palatino, 'URW Palladio L', 'Book Antiqua', Georgia, serif";

export const theme = createTheme({
  primaryColor: 'aegean',
  primaryShade: { light: 7, dark: 6 },
  colors: { aegean, terracotta, gray, dark },
  white: '#fffdf9',
  black: '#221f1b',
  fontFamily: SANS,
  headings: { fontFamily: SERIF, fontWeight: '600' },
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  // Plain objects, not `Menu.extend`: the home page need not load what only a call shows.
  components: {
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray' } },
    Menu: { defaultProps: { shadow: 'md', radius: 'md' } },
    Modal: { defaultProps: { radius: 'lg', centered: true } },
    Tooltip: { defaultProps: { openDelay: 350, events: { hover: true, focus: true, touch: false } } },
  },
});
