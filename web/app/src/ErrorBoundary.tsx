import { Button } from '@mantine/core';
import { Component, type ReactNode } from 'react';
import { MessagePage } from './ui/MessagePage';

interface State {
  readonly error: Error | null;
}

/** Catches what no component handled: mostly a page of an older version whose files are gone from the server. */
export class ErrorBoundary extends Component<{ children: ReactNode }, State> {
  override state: State = { error: null };

  static getDerivedStateFromError(error: unknown): State {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override render() {
    if (this.state.error === null) return this.props.children;
    return (
      <MessagePage
        title="This page stopped working"
        actions={
          <>
            <Button onClick={() => location.reload()}>Load it again</Button>
            <Button variant="default" component="a" href="/">
              Home
            </Button>
          </>
        }
      >
        <p>Loading it again usually helps; a call goes on where it was.</p>
        <p>
          <code>{this.state.error.message}</code>
        </p>
      </MessagePage>
    );
  }
}
