// @vitest-environment jsdom
import { describe, expect, it } from 'vitest';
import { isTyping, shortcutHelp, shortcutOf, usesSpace } from './shortcuts';

const press = (key: string, more = {}) => shortcutOf({ key, ctrlKey: false, metaKey: false, altKey: false, ...more });

describe('shortcuts', () => {
  it.each([
    ['m', 'microphone'],
    ['M', 'microphone'],
    ['v', 'camera'],
    ['s', 'share'],
    ['c', 'chat'],
    ['p', 'people'],
    ['f', 'fullscreen'],
    ['?', 'help'],
    ['Escape', 'escape'],
  ])('%s means %s', (key, action) => expect(press(key)).toBe(action));

  it('have the ones of other programs too', () => {
    expect(press('d', { metaKey: true })).toBe('microphone');
    expect(press('e', { ctrlKey: true })).toBe('camera');
  });

  it('leave the keys of the browser alone', () => {
    expect(press('c', { ctrlKey: true })).toBeNull();
    expect(press('v', { metaKey: true })).toBeNull();
    expect(press('m', { altKey: true })).toBeNull();
    expect(press('d')).toBeNull();
  });

  it('do nothing while something is typed', () => {
    const typing = (html: string) => {
      document.body.innerHTML = html;
      return isTyping(document.body.firstElementChild);
    };
    expect(typing('<textarea></textarea>')).toBe(true);
    expect(typing('<input>')).toBe(true);
    expect(typing('<input type="checkbox">')).toBe(false);
    expect(typing('<button></button>')).toBe(false);
    expect(isTyping(null)).toBe(false);
  });

  it('leave Space to a focused button', () => {
    document.body.innerHTML = '<button><i></i></button>';
    expect(usesSpace(document.querySelector('i'))).toBe(true);
    expect(usesSpace(document.body)).toBe(false);
  });

  it('are listed with the key of this computer', () => {
    expect(shortcutHelp('⌘')[0]?.keys).toContain('⌘ D');
  });
});
