// @vitest-environment jsdom
import '../../test/setupDom';
import type { MediaProblem } from '@stoa/client';
import { fireEvent, screen } from '@testing-library/react';
import { useState } from 'react';
import { beforeEach, expect, it, vi } from 'vitest';
import { DemoMedia } from '../../dev/DemoMedia';
import { renderPage } from '../../test/renderPage';
import { LobbyPage } from './LobbyPage';

const BLOCKED: MediaProblem = { code: 'blocked', message: 'Camera and microphone are blocked', hint: 'Allow both.' };

beforeEach(() => {
  vi.stubGlobal('fetch', () => Promise.resolve(Response.json({ version: '1', httpsPort: 9443 })));
  HTMLMediaElement.prototype.play = () => Promise.resolve();
});

async function show(mediaProblem: MediaProblem | null, problem: MediaProblem | null = null) {
  const media = new DemoMedia(mediaProblem);
  const joined: string[] = [];
  function Lobby() {
    const [name, setName] = useState('');
    return (
      <LobbyPage
        roomName="agora"
        media={media}
        name={name}
        onName={setName}
        joining={false}
        problem={problem}
        onJoin={(given) => joined.push(given)}
      />
    );
  }
  if (mediaProblem !== null) await media.open();
  renderPage(<Lobby />);
  const field = screen.getByTestId('display-name');
  return { media, joined, field, type: (value: string) => fireEvent.change(field, { target: { value } }) };
}

it('says once what keeps both devices from working, with the way out and a retry', async () => {
  const { media } = await show(BLOCKED);
  const open = vi.spyOn(media, 'open');
  expect(screen.getAllByText(BLOCKED.message)).toHaveLength(1);
  screen.getByText(BLOCKED.hint);
  fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
  expect(open).toHaveBeenCalled();
});

it('joins without devices', async () => {
  const { joined, type } = await show(BLOCKED);
  type(' Ada ');
  fireEvent.click(screen.getByRole('button', { name: 'Join anyway' }));
  expect(joined).toEqual(['Ada']);
});

it('links to the https address of the server on a page without encryption', async () => {
  await show({ ...BLOCKED, code: 'insecure-page' });
  const link = await screen.findByText('https://localhost:9443/');
  expect(link.getAttribute('href')).toBe('https://localhost:9443/');
});

it('asks for a name before it joins', async () => {
  const { joined, field, type } = await show(null);
  fireEvent.click(screen.getByTestId('join'));
  expect(joined).toEqual([]);
  expect(field.getAttribute('aria-invalid')).toBe('true');
  type('Ada');
  fireEvent.click(screen.getByTestId('join'));
  expect(joined).toEqual(['Ada']);
});

it('says why the server refused', async () => {
  await show(null, { ...BLOCKED, message: 'The room is full', hint: 'Ask somebody to leave.' });
  expect(screen.getByRole('alert').textContent).toMatch(/The room is full.*Ask somebody to leave/);
});
