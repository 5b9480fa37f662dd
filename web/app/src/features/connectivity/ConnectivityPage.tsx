import { Button, Loader } from '@mantine/core';
import {
  IconAlertTriangle,
  IconCheck,
  IconCircleDashed,
  IconCircleMinus,
  IconCopy,
  IconRefresh,
  IconX,
} from '@tabler/icons-react';
import { useCallback, useEffect, useState } from 'react';
import { Link } from 'react-router';
import { useCopy } from '../../hooks/useCopy';
import { useTitle } from '../../hooks/useTitle';
import { joinToken } from '../../lib/token';
import { Logo } from '../../ui/Logo';
import { ThemeButton } from '../../ui/ThemeButton';
import classes from './ConnectivityPage.module.css';
import { examine } from './examine';
import type { Tell } from './examine';
import { CHECKS, NOTHING_YET, reportText } from './findings';
import type { Check, Finding, Findings, Verdict } from './findings';

type Examine = (token: string | null, tell: Tell) => Promise<void>;

/** What keeps this browser from calls, and what to change. */
export default function ConnectivityPage({ run = examine }: { run?: Examine }) {
  useTitle('Connectivity · Stoa');
  const { findings, running, again } = useExamination(run);
  const { copied, copy } = useCopy();
  return (
    <div className={classes.page}>
      <header className={classes.header}>
        <Link to="/" className={classes.home} aria-label="Home">
          <Logo size={34} word />
        </Link>
        <ThemeButton />
      </header>
      <main className={classes.main}>
        <h1 className={classes.title}>Connectivity</h1>
        <p className={classes.lead} role="status" data-testid="summary">
          {summary(findings, running)}
        </p>
        <div className={classes.actions}>
          <Button leftSection={<IconRefresh size={18} />} disabled={running} onClick={again}>
            Check again
          </Button>
          <Button
            variant="default"
            leftSection={copied ? <IconCheck size={18} /> : <IconCopy size={18} />}
            disabled={running}
            onClick={() => void copy(reportText(findings, location.origin))}
            data-testid="copy-report"
          >
            {copied ? 'Copied' : 'Copy report'}
          </Button>
        </div>
        <ul className={classes.list}>
          {CHECKS.map((check) => (
            <Row key={check.id} check={check} finding={findings[check.id]} />
          ))}
        </ul>
      </main>
    </div>
  );
}

function Row({ check, finding }: { check: Check; finding: Finding }) {
  const { verdict, message, fix } = finding;
  return (
    <li className={classes.row} data-testid={`check-${check.id}`} data-verdict={verdict}>
      <span className={classes.icon} data-verdict={verdict} role="img" aria-label={WORDS[verdict]}>
        <VerdictIcon verdict={verdict} />
      </span>
      <div className={classes.words}>
        <h2 className={classes.name}>{check.title}</h2>
        <p className={classes.about}>{check.about}</p>
        {message !== '' && <p className={classes.message}>{message}</p>}
        {fix !== '' && <p className={classes.fix}>{fix}</p>}
      </div>
    </li>
  );
}

const WORDS: Record<Verdict, string> = {
  waiting: 'Not yet checked',
  running: 'Being checked',
  ok: 'Works',
  warning: 'Works with limits',
  failure: 'Does not work',
  skipped: 'Not checked',
};

function VerdictIcon({ verdict }: { verdict: Verdict }) {
  switch (verdict) {
    case 'waiting':
      return <IconCircleDashed size={22} />;
    case 'running':
      return <Loader size={20} />;
    case 'ok':
      return <IconCheck size={22} />;
    case 'warning':
      return <IconAlertTriangle size={22} />;
    case 'failure':
      return <IconX size={22} />;
    case 'skipped':
      return <IconCircleMinus size={22} />;
  }
}

function summary(findings: Findings, running: boolean): string {
  if (running) return 'Going the ways that a call would go …';
  const all = Object.values(findings);
  const failures = all.filter(({ verdict }) => verdict === 'failure').length;
  if (failures > 0) return failures === 1 ? 'One thing does not work.' : `${failures} things do not work.`;
  return all.some(({ verdict }) => verdict === 'warning') ? 'Calls work, with limits.' : 'Calls work from here.';
}

/** Runs once when the page opens, and again when asked. What an earlier run still tells is not heard. */
function useExamination(run: Examine) {
  const [round, setRound] = useState(0);
  const [findings, setFindings] = useState<Findings>(NOTHING_YET);
  const [running, setRunning] = useState(true);
  useEffect(() => {
    let current = true;
    void run(joinToken(), (id, finding) => {
      if (current) setFindings((before) => ({ ...before, [id]: finding }));
    }).finally(() => {
      if (current) setRunning(false);
    });
    return () => {
      current = false;
    };
  }, [run, round]);
  const again = useCallback(() => {
    setFindings(NOTHING_YET);
    setRunning(true);
    setRound((before) => before + 1);
  }, []);
  return { findings, running, again };
}
