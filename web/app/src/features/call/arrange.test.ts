import { describe, expect, it } from 'vitest';
import { arrange, focusedTile, type Scene, type TileKey } from './arrange';

const AREA = { width: 1200, height: 700 };
const AUTO: Scene = { cameras: [], screens: [], sharing: false, focus: { kind: 'auto' } };
const roles = (scene: Scene) => Object.fromEntries(arrange(scene, AREA, 10).map(({ key, role }) => [key, role]));

describe('the tiles of a call', () => {
  it('are oneself and an invitation while alone', () => {
    expect(roles(AUTO)).toEqual({ local: 'grid', invite: 'grid' });
  });

  it('keep the invitation while alone, whatever was shown large before', () => {
    expect(roles({ ...AUTO, focus: { kind: 'tile', key: 'local' } })).toEqual({ local: 'grid', invite: 'grid' });
  });

  it('are the other in full and a floating self view between two', () => {
    expect(roles({ ...AUTO, cameras: ['camera:a'] })).toEqual({ 'camera:a': 'full', local: 'float' });
  });

  it('are a grid from three on', () => {
    expect(roles({ ...AUTO, cameras: ['camera:a', 'camera:b'] })).toEqual({
      'camera:a': 'grid',
      'camera:b': 'grid',
      local: 'grid',
    });
  });

  it('have the screen of another on the stage', () => {
    const scene: Scene = { ...AUTO, cameras: ['camera:a'], screens: ['screen:a'] };
    expect(roles(scene)).toEqual({ 'screen:a': 'stage', 'camera:a': 'strip', local: 'strip' });
  });

  it('never put the own screen on the stage by themselves', () => {
    expect(focusedTile({ ...AUTO, sharing: true })).toBeNull();
  });

  it('follow what the person chose', () => {
    const cameras: TileKey[] = ['camera:a', 'camera:b'];
    const screens: TileKey[] = ['screen:a'];
    expect(focusedTile({ ...AUTO, cameras, screens, focus: { kind: 'tile', key: 'camera:b' } })).toBe('camera:b');
    expect(focusedTile({ ...AUTO, cameras, screens, focus: { kind: 'none' } })).toBeNull();
  });

  it('forget a choice that has left', () => {
    expect(focusedTile({ ...AUTO, cameras: ['camera:a'], focus: { kind: 'tile', key: 'camera:gone' } })).toBeNull();
  });
});
