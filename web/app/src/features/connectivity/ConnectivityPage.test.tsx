// @vitest-environment jsdom
import '../../test/setupDom';
import { fireEvent, screen, waitFor } from '@testing-library/react';
import { expect, it } from 'vitest';
import { renderPage } from '../../test/renderPage';
import ConnectivityPage from './ConnectivityPage';
import type { Tell } from './examine';
import { RUNNING, failure, ok } from './findings';

const verdict = (id: string): string | undefined => screen.getByTestId(`check-${id}`).dataset['verdict'];

it('shows each finding as it is made, with its fix, and begins anew when asked', async () => {
  const rounds: { tell: Tell; end: () => void }[] = [];
  const run = (_: string | null, tell: Tell): Promise<void> =>
    new Promise((resolve) => rounds.push({ tell, end: resolve }));
  renderPage(<ConnectivityPage run={run} />);
  const [first] = rounds;
  expect(verdict('media')).toBe('waiting');
  first?.tell('media', RUNNING);
  await waitFor(() => expect(verdict('media')).toBe('running'));
  first?.tell('media', failure('Nobody answers.', 'Say --host.'));
  first?.end();
  await waitFor(() => expect(screen.getByTestId('summary').textContent).toBe('One thing does not work.'));
  screen.getByText('Say --host.');

  fireEvent.click(screen.getByRole('button', { name: 'Check again' }));
  await waitFor(() => expect(verdict('media')).toBe('waiting'));
  first?.tell('media', failure('late', 'late'));
  rounds[1]?.tell('media', ok('Connected.'));
  rounds[1]?.end();
  await waitFor(() => expect(screen.getByTestId('summary').textContent).toBe('Calls work from here.'));
  expect(screen.queryByText('late')).toBeNull();
});
