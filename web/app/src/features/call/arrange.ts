import { aloneLayout, floatLayout, gridLayout, stageLayout, type Rect, type Size } from './layout';

/** `camera:{id}` and `screen:{id}` of the others, one's own, and the invitation shown while alone. */
export type TileKey = `camera:${string}` | `screen:${string}` | 'local' | 'local-screen' | 'invite';

export type TileRole = 'grid' | 'stage' | 'strip' | 'float' | 'full';

export interface Placement {
  readonly key: TileKey;
  readonly role: TileRole;
  readonly rect: Rect;
}

/** What the person chose to see big: nothing yet (screens go on the stage), one tile, or everybody alike. */
export type Focus =
  { readonly kind: 'auto' } | { readonly kind: 'tile'; readonly key: TileKey } | { readonly kind: 'none' };

export interface Scene {
  readonly cameras: readonly TileKey[];
  readonly screens: readonly TileKey[];
  readonly sharing: boolean;
  readonly focus: Focus;
}

/** The tile on the stage, or null for a grid. */
export function focusedTile(scene: Scene): TileKey | null {
  const { focus, screens } = scene;
  if (focus.kind === 'tile' && tilesOf(scene).includes(focus.key)) return focus.key;
  if (focus.kind === 'none') return null;
  return screens[screens.length - 1] ?? null;
}

function tilesOf(scene: Scene): readonly TileKey[] {
  return [...scene.screens, ...scene.cameras, ...(scene.sharing ? (['local-screen'] as const) : []), 'local'];
}

/** Places every tile of the call in the area. */
export function arrange(scene: Scene, area: Size, gap: number): readonly Placement[] {
  const tiles = tilesOf(scene);
  if (tiles.length === 1) return placed(['local', 'invite'], aloneLayout(area, gap), 'grid');
  const focused = focusedTile(scene);
  if (focused !== null) {
    const others = tiles.filter((key) => key !== focused);
    const { stage, strip } = stageLayout(area, others.length, gap);
    return [{ key: focused, role: 'stage', rect: stage }, ...placed(others, strip, 'strip')];
  }
  const [first] = scene.cameras;
  if (tiles.length === 2 && first !== undefined) {
    return [
      { key: first, role: 'full', rect: { left: 0, top: 0, ...area } },
      { key: 'local', role: 'float', rect: floatLayout(area, 16) },
    ];
  }
  return placed(tiles, gridLayout(area, tiles.length, gap), 'grid');
}

function placed(keys: readonly TileKey[], rects: readonly Rect[], role: TileRole): readonly Placement[] {
  return keys.flatMap((key, index) => {
    const rect = rects[index];
    return rect === undefined ? [] : [{ key, role, rect }];
  });
}
