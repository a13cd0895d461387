// How pages are laid out: one column to read, and one beside it that says what goes on.
import type { ReactNode } from 'react';
import { Link } from 'wouter';

import './Layout.css';

interface Columns {
  head: ReactNode;
  aside?: ReactNode;
  isAsideLast?: boolean; // on a narrow screen
  children: ReactNode;
}

// Page has its aside beside the text on a wide screen, and between head and rest, or last, on a narrow one.
export function Page({ head, aside, isAsideLast, children }: Columns) {
  return (
    <div className={`columns${aside ? '' : ' is-single'}${isAsideLast ? ' is-aside-last' : ''}`}>
      <div className="column-head">{head}</div>
      {aside && <aside className="column-aside">{aside}</aside>}
      <div className="column-main">{children}</div>
    </div>
  );
}

export function Back({ to, children }: { to: string; children: ReactNode }) {
  return (
    <p className="back">
      <span aria-hidden="true">← </span>
      <Link href={to}>{children}</Link>
    </p>
  );
}

interface SectionProps {
  title: ReactNode;
  id?: string;
  tools?: ReactNode;
  children: ReactNode;
}

export function Section({ title, id, tools, children }: SectionProps) {
  return (
    <section className="section" id={id}>
      <div className="section-head">
        <h2>{title}</h2>
        {tools}
      </div>
      {children}
    </section>
  );
}

interface EntryProps {
  title: ReactNode;
  to: string;
  lang?: string | undefined;
  text?: ReactNode;
  children?: ReactNode;
}

// Entry is a line of a list: a title that leads on, a sentence, and what is known about it.
export function Entry({ title, to, lang, text, children }: EntryProps) {
  return (
    <li className="entry">
      <h3 lang={lang}>
        <Link href={to}>{title}</Link>
      </h3>
      {text && <p lang={lang}>{text}</p>}
      {children && <p className="entry-meta">{children}</p>}
    </li>
  );
}

export function Facts({ rows }: { rows: readonly (readonly [string, ReactNode] | false | null | undefined)[] }) {
  return (
    <dl className="facts">
      {rows.map(
        (row) =>
          row &&
          row[1] != null &&
          row[1] !== '' && (
            <div key={row[0]}>
              <dt>{row[0]}</dt>
              <dd>{row[1]}</dd>
            </div>
          ),
      )}
    </dl>
  );
}
