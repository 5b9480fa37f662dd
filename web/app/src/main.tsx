import '@mantine/core/styles.css';
import './theme/tokens.css';

import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './App';
import { takeTokenFromAddress } from './lib/token';
import { SdkContext, type Sdk } from './sdk';
import { applyStoredScheme } from './theme/scheme';

applyStoredScheme();
takeTokenFromAddress();

/** `?demo=4` on the development server: a call with four made-up people. Never part of a production build. */
async function demoSdk(): Promise<Sdk | null> {
  if (!import.meta.env.DEV || !new URLSearchParams(location.search).has('demo')) return null;
  return (await import('./dev/demoSdk')).demoSdk();
}

async function start() {
  const sdk = await demoSdk();
  const root = document.getElementById('root');
  if (root === null) return;
  createRoot(root).render(
    <StrictMode>
      <SdkContext value={sdk}>
        <App />
      </SdkContext>
    </StrictMode>,
  );
}

void start();
