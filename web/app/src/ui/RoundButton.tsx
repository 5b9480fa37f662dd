import { Tooltip, UnstyledButton } from '@mantine/core';
import type { ComponentProps, ReactNode } from 'react';
import classes from './RoundButton.module.css';

export interface RoundButtonProps extends Omit<ComponentProps<'button'>, 'style'> {
  /** Read by screen readers; stays the same while the button toggles. */
  label: string;
  /** Shown on hover, default: the label. */
  tooltip?: string;
  icon: ReactNode;
  /** `off` says that something is switched off, `active` that something is going on, `danger` ends something. */
  tone?: 'plain' | 'off' | 'active' | 'danger';
  size?: 'md' | 'sm';
  /** A small number at the corner, hidden when 0. */
  count?: number;
  'data-testid'?: string;
}

/** A round icon button with a label and a tooltip: the control of a call. */
export function RoundButton({
  label,
  tooltip = label,
  icon,
  tone = 'plain',
  size = 'md',
  count = 0,
  className,
  ...others
}: RoundButtonProps) {
  return (
    <Tooltip label={tooltip}>
      <UnstyledButton
        type="button"
        aria-label={count > 0 ? `${label}, ${count} new` : label}
        data-tone={tone}
        data-size={size}
        className={className === undefined ? classes.button : `${classes.button} ${className}`}
        {...others}
      >
        {icon}
        {count > 0 && (
          <span className={classes.count} aria-hidden="true">
            {count > 99 ? '99+' : count}
          </span>
        )}
      </UnstyledButton>
    </Tooltip>
  );
}
