import type { ReactNode } from 'react';
import { Logo } from './Logo';
import classes from './MessagePage.module.css';

/** A whole page that says one thing and offers what to do next. */
export function MessagePage({
  title,
  children,
  actions,
}: {
  title: string;
  children?: ReactNode;
  actions?: ReactNode;
}) {
  return (
    <main className={classes.page}>
      <div className={classes.card}>
        <Logo size={44} />
        <h1 className={classes.title}>{title}</h1>
        {children !== undefined && <div className={classes.text}>{children}</div>}
        {actions !== undefined && <div className={classes.actions}>{actions}</div>}
      </div>
    </main>
  );
}
