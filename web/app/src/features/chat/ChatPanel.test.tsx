// @vitest-environment jsdom
import '../../test/setupDom';
import type { ChatMessage } from '@stoa/client';
import { fireEvent, screen } from '@testing-library/react';
import { useState } from 'react';
import { expect, it } from 'vitest';
import { renderPage } from '../../test/renderPage';
import { ChatPanel } from './ChatPanel';

const message = (id: string, text: string, from: string | null = 'a', at = 0): ChatMessage => ({
  id,
  from,
  name: 'Ada',
  text,
  at,
  via: 'peer',
});

function show(messages: readonly ChatMessage[] = []) {
  const sent: string[] = [];
  function Panel() {
    const [draft, setDraft] = useState('');
    return <ChatPanel messages={messages} draft={draft} onDraft={setDraft} onSend={(text) => sent.push(text)} />;
  }
  renderPage(<Panel />);
  const input = screen.getByTestId<HTMLTextAreaElement>('chat-input');
  return { sent, input, type: (value: string) => fireEvent.change(input, { target: { value } }) };
}

it('sends with Enter and with the button, trimmed, and empties the field', () => {
  const { sent, input, type } = show();
  type('  hello ');
  fireEvent.keyDown(input, { key: 'Enter' });
  expect(input.value).toBe('');
  type('again');
  fireEvent.click(screen.getByTestId('chat-send'));
  expect(sent).toEqual(['hello', 'again']);
});

it('leaves Shift+Enter and an unfinished composition to the field', () => {
  const { sent, input, type } = show();
  type('line');
  fireEvent.keyDown(input, { key: 'Enter', shiftKey: true });
  fireEvent.keyDown(input, { key: 'Enter', isComposing: true });
  expect(sent).toEqual([]);
});

it('sends neither nothing nor more than 4000 characters', () => {
  const { sent, input, type } = show();
  const button = screen.getByTestId<HTMLButtonElement>('chat-send');
  type(' \n ');
  fireEvent.keyDown(input, { key: 'Enter' });
  expect(button.disabled).toBe(true);
  type('😀'.repeat(4001));
  fireEvent.keyDown(input, { key: 'Enter' });
  expect(sent).toEqual([]);
  screen.getByText('4001 of 4000 characters');
  type('😀'.repeat(4000));
  expect(button.disabled).toBe(false);
});

it('shows messages as text, with safe links', () => {
  show([message('1', '<b>bold</b> https://a.example/x'), message('2', 'mine', null)]);
  expect(screen.getAllByTestId('chat-message')).toHaveLength(2);
  expect(document.querySelector('b')).toBeNull();
  const link = screen.getByRole('link');
  expect(link.getAttribute('href')).toBe('https://a.example/x');
  expect(link.getAttribute('rel')).toContain('noopener');
});

it('names a person once for messages in a row', () => {
  show([message('1', 'one'), message('2', 'two', 'a', 1000), message('3', 'three', 'a', 1_000_000)]);
  expect(screen.getAllByText('Ada')).toHaveLength(2);
});
