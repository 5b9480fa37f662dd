import type { PeerStats } from '@stoa/client';
import { ActionIcon, Button } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useSelected } from '../../hooks/useStore';
import { useCopy } from '../../hooks/useCopy';
import { useCall } from '../call/CallContext';
import { describePeer, describeTopology } from './describePeer';
import classes from './StatsPanel.module.css';
import { useStats } from './useStats';

/** The connections as they are measured, once a second. */
export function StatsPanel({ onClose }: { onClose: () => void }) {
  const { room } = useCall();
  const topology = useSelected(room, (state) => state.topology);
  const peers = useStats(room);
  const { copied, copy } = useCopy();
  const dump = () =>
    JSON.stringify({ at: new Date().toISOString(), topology, browser: navigator.userAgent, peers }, null, 2);
  return (
    <section className={classes.panel} aria-label="Statistics" data-testid="stats-panel">
      <header className={classes.header}>
        <h2 className={classes.title}>Statistics</h2>
        <span className={classes.topology} data-topology={topology}>
          Media goes {describeTopology(topology)}
        </span>
        <Button size="compact-xs" variant="default" onClick={() => void copy(dump())}>
          {copied ? 'Copied' : 'Copy all'}
        </Button>
        <ActionIcon size={32} radius="xl" aria-label="Close statistics" onClick={onClose}>
          <IconX size={18} />
        </ActionIcon>
      </header>
      <div className={classes.body} tabIndex={0} role="group" aria-label="Connections">
        {peers.length === 0 && <p className={classes.empty}>Nobody to measure a connection to yet.</p>}
        {peers.map((peer) => (
          <PeerTable key={peer.participant} peer={peer} />
        ))}
      </div>
    </section>
  );
}

function PeerTable({ peer }: { peer: PeerStats }) {
  return (
    <table className={classes.table} data-participant={peer.participant} data-path={peer.path}>
      <caption dir="auto">{peer.name}</caption>
      <tbody>
        {describePeer(peer).map(([label, value]) => (
          <tr key={label}>
            <th scope="row">{label}</th>
            <td>{value}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
