import { Button } from '@mantine/core';
import { Link } from 'react-router';
import { useTitle } from '../../hooks/useTitle';
import { MessagePage } from '../../ui/MessagePage';

export function NotFoundPage({ reason }: { reason?: string }) {
  useTitle('Not found · Stoa');
  return (
    <MessagePage
      title="There is nothing here"
      actions={
        <Button component={Link} to="/">
          Home
        </Button>
      }
    >
      <p>{reason ?? 'The link may be cut off or mistyped. A call has an address like /r/quiet-amber-harbor.'}</p>
    </MessagePage>
  );
}
