import type { ReactNode } from 'react';

import './Tag.css';

// Tag is a word about a thing. A state that is going on is filled.
export function Tag({ children, isFilled }: { children: ReactNode; isFilled?: boolean }) {
  return <span className={isFilled ? 'tag is-filled' : 'tag'}>{children}</span>;
}

export function Tags({ children }: { children: ReactNode }) {
  return <p className="tags">{children}</p>;
}
