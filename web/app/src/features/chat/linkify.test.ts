import { expect, it } from 'vitest';
import { linkify } from './linkify';

const links = (message: string) =>
  linkify(message)
    .filter(({ kind }) => kind === 'link')
    .map(({ text }) => text);

it('keeps every character of the message', () => {
  for (const message of [
    '',
    'plain',
    'see https://a.example/x?y=1#z, and http://b.example.',
    '(https://c.example/d_(e))',
  ]) {
    expect(
      linkify(message)
        .map(({ text }) => text)
        .join(''),
    ).toBe(message);
  }
});

it('leaves the end of a sentence out of the link', () => {
  expect(links('Look at https://a.example/x.')).toEqual(['https://a.example/x']);
  expect(links('(https://a.example/d_(e))')).toEqual(['https://a.example/d_(e)']);
  expect(links('https://a.example/?q=1, https://b.example!')).toEqual(['https://a.example/?q=1', 'https://b.example']);
});

it('makes links of web addresses only', () => {
  expect(links('javascript:alert(1) data:text/html,x ftp://x file:///etc/passwd www.a.example https://')).toEqual([]);
  expect(links('javascript:https://a.example')).toEqual(['https://a.example']);
});
