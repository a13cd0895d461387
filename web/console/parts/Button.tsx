import type { ButtonHTMLAttributes } from 'react';

import './Button.css';

interface Props extends ButtonHTMLAttributes<HTMLButtonElement> {
  look?: 'act' | 'quiet' | 'link';
  isBusy?: boolean | undefined;
}

// Button is never disabled: pressing it explains. While its act is under way a second press does nothing.
export function Button({ look = 'act', isBusy, onClick, type = 'button', children, ...rest }: Props) {
  return (
    <button {...rest} type={type} className={`button is-${look}`} aria-busy={isBusy || undefined} onClick={isBusy ? undefined : onClick}>
      {children}
    </button>
  );
}
