const MOODS = (
  'quiet calm bright gentle merry swift brave sunny kind mellow lively patient clever early ' +
  'honest humble warm steady nimble noble'
).split(' ');
const SHADES = (
  'amber coral olive indigo ivory copper saffron cobalt azure golden silver scarlet jade ochre pearl russet ' +
  'sienna teal umber violet'
).split(' ');
const PLACES = (
  'harbor garden meadow portico island valley orchard lantern river terrace temple forest bridge lagoon summit ' +
  'market vineyard column fountain agora'
).split(' ');

/** An integer from 0 (inclusive) to `below` (exclusive). */
export type Dice = (below: number) => number;

const secureDice: Dice = (below) => {
  const [value = 0] = crypto.getRandomValues(new Uint32Array(1));
  return value % below;
};

/** A room name that can be said over the telephone, such as "quiet-amber-harbor". */
export function randomRoomName(dice: Dice = secureDice): string {
  return [MOODS, SHADES, PLACES].map((words) => words[dice(words.length)]).join('-');
}
