import { MantineProvider } from '@mantine/core';
import { render } from '@testing-library/react';
import type { ReactNode } from 'react';
import { MemoryRouter } from 'react-router';
import { theme } from '../theme/theme';

/** Renders with theme and router; transitions and portals are off. */
export function renderPage(content: ReactNode) {
  return render(
    <MantineProvider theme={theme} env="test">
      <MemoryRouter>{content}</MemoryRouter>
    </MantineProvider>,
  );
}
