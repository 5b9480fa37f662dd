import { Alert, Anchor } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { useHttpsPort } from '../../hooks/useHttpsPort';
import { httpsLink, withToken } from '../../lib/links';
import { joinToken } from '../../lib/token';

/** Browsers give camera and microphone to HTTPS pages only; here is the same page there. */
export function InsecurePage() {
  const port = useHttpsPort();
  return (
    <Alert color="terracotta" icon={<IconLock />} title="This page was opened without encryption" role="status">
      Browsers allow camera and microphone only on https pages. You can join here to watch and listen
      {port !== null && (
        <>
          , or use the secure address:{' '}
          <Anchor href={withToken(httpsLink(location, port), joinToken())} inherit>
            {httpsLink(location, port)}
          </Anchor>
          . The browser may warn about a certificate that it does not know; go on there
        </>
      )}
      {port === null && '. This server has no https address; ask whoever runs it to turn HTTPS on'}.
    </Alert>
  );
}
