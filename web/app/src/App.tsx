import { MantineProvider } from '@mantine/core';
import { lazy, Suspense } from 'react';
import { BrowserRouter, Route, Routes } from 'react-router';
import { ErrorBoundary } from './ErrorBoundary';
import { HomePage } from './features/home/HomePage';
import { NotFoundPage } from './features/home/NotFoundPage';
import { schemeManager } from './theme/scheme';
import { theme } from './theme/theme';
import { LoadingPage } from './ui/LoadingPage';

const ConnectivityPage = lazy(() => import('./features/connectivity/ConnectivityPage'));
const RoomPage = lazy(() => import('./features/room/RoomPage'));

export function App() {
  return (
    <MantineProvider theme={theme} colorSchemeManager={schemeManager} defaultColorScheme="auto">
      <ErrorBoundary>
        <BrowserRouter>
          <Suspense fallback={<LoadingPage />}>
            <Routes>
              <Route path="/" element={<HomePage />} />
              <Route path="/r/:room" element={<RoomPage />} />
              <Route path="/labs/connectivity" element={<ConnectivityPage />} />
              <Route path="*" element={<NotFoundPage />} />
            </Routes>
          </Suspense>
        </BrowserRouter>
      </ErrorBoundary>
    </MantineProvider>
  );
}
