// @vitest-environment jsdom
import '../../test/setupDom';
import type { ChatMessage, FileTransfer } from '@stoa/client';
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

function show(messages: readonly ChatMessage[] = [], files: readonly FileTransfer[] = []) {
  const sent: string[] = [];
  function Panel() {
    const [draft, setDraft] = useState('');
    return (
      <ChatPanel
        messages={messages}
        files={files}
        draft={draft}
        onDraft={setDraft}
        onSend={(text) => sent.push(text)}
        onFiles={(chosen) => sent.push(...chosen.map(({ name }) => name))}
        fileActions={{
          accept: (id) => sent.push(`accept ${id}`),
          decline: (id) => sent.push(`decline ${id}`),
          cancel: (id) => sent.push(`cancel ${id}`),
        }}
      />
    );
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

const file = (change: Partial<FileTransfer>): FileTransfer => ({
  id: 'f',
  direction: 'in',
  participant: 'a',
  person: 'Ada',
  name: 'notes.txt',
  size: 2_000_000,
  state: 'offered',
  bytes: 0,
  problem: null,
  blob: null,
  at: 0,
  ...change,
});

it('offers a choice for a file that is offered, and progress with a way out for one that comes', () => {
  const { sent } = show([], [file({ id: 'f1' }), file({ id: 'f2', state: 'active', bytes: 500_000 })]);
  fireEvent.click(screen.getByTestId('file-accept'));
  fireEvent.click(screen.getByTestId('file-decline'));
  fireEvent.click(screen.getByTestId('file-cancel'));
  expect(sent).toEqual(['accept f1', 'decline f1', 'cancel f2']);
  screen.getByText('500 kB of 2.0 MB');
  expect(screen.getByRole('progressbar').getAttribute('aria-valuenow')).toBe('25');
});

it('says what became of a file, and what to do when it failed', () => {
  const problem = { code: 'x', message: 'It broke.', hint: 'Ask again.' };
  show([], [file({ state: 'failed', problem }), file({ id: 'g', direction: 'out', state: 'declined' })]);
  screen.getByText('It broke. Ask again.');
  screen.getByText('Declined');
  expect(screen.queryByTestId('file-cancel')).toBeNull();
});

it('sends files that are chosen or dropped', () => {
  const { sent, input } = show();
  fireEvent.change(screen.getByTestId('file-input'), { target: { files: [new File(['a'], 'a.txt')] } });
  const dataTransfer = { types: ['Files'], files: [new File(['b'], 'b.txt')] };
  fireEvent.dragOver(input, { dataTransfer });
  screen.getByText('Drop files to send them to everyone');
  fireEvent.drop(input, { dataTransfer });
  expect(sent).toEqual(['a.txt', 'b.txt']);
});
