import { useTranslation } from 'react-i18next';

import './Diff.css';

interface Hunk {
  op: 'KEEP' | 'DELETE' | 'INSERT';
  text: string;
}

// Diff shows what changed in words: inserted ones underlined, deleted ones struck, both named for who listens.
export function Diff({ hunks, lang }: { hunks: readonly Hunk[]; lang?: string | undefined }) {
  const { t } = useTranslation();
  const named = (word: string) => <span className="only-heard"> {word} </span>;
  return (
    <div className="diff" lang={lang}>
      {hunks.map(({ op, text }, index) => {
        if (op === 'INSERT')
          return (
            <ins key={index}>
              {named(t('diff.inserted'))}
              {text}
              {named(t('diff.end'))}
            </ins>
          );
        if (op === 'DELETE')
          return (
            <del key={index}>
              {named(t('diff.deleted'))}
              {text}
              {named(t('diff.end'))}
            </del>
          );
        return <span key={index}>{text}</span>;
      })}
    </div>
  );
}
