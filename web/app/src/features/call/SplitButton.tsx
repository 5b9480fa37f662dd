import { Menu, UnstyledButton } from '@mantine/core';
import { IconChevronUp } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { RoundButton, type RoundButtonProps } from '../../ui/RoundButton';
import classes from './SplitButton.module.css';

interface Props extends RoundButtonProps {
  menuLabel: string;
  /** Menu items. */
  menu: ReactNode;
}

/** A toggle with a small menu of devices beside it. */
export function SplitButton({ menuLabel, menu, ...button }: Props) {
  return (
    <div className={classes.split} data-tone={button.tone}>
      <Menu position="top-start" offset={14} width={300}>
        <Menu.Target>
          <UnstyledButton type="button" className={classes.more} aria-label={menuLabel}>
            <IconChevronUp size={16} />
          </UnstyledButton>
        </Menu.Target>
        <Menu.Dropdown className={classes.dropdown}>{menu}</Menu.Dropdown>
      </Menu>
      <RoundButton {...button} />
    </div>
  );
}
