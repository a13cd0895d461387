import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { Party as Someone } from '#app/fragments';
import { Button } from '#parts/Button';
import { Markdown } from '#parts/Markdown';
import { Party } from '#parts/Party';

interface Said {
  body: string | null;
  language: string;
  translations: { nodes: readonly { language: string; body: string | null; by: Someone }[] } | null;
}

// One language whatever its country: pt-BR is read by who reads pt.
export const isSame = (one: string, other: string) => one.split('-')[0]?.toLowerCase() === other.split('-')[0]?.toLowerCase();

// Words are what a comment says, in its own language. Where somebody has put it into the reader's, that is one press away, and so is the way back.
export function Words({ comment: { body, language, translations } }: { comment: Said }) {
  const { t, i18n } = useTranslation();
  const [isTranslated, setIsTranslated] = useState(false);
  const reader = i18n.resolvedLanguage ?? 'en';
  const found = isSame(language, reader) ? undefined : translations?.nodes.find((one) => one.body !== null && isSame(one.language, reader));
  const shown = isTranslated && found ? found : { body, language };
  return (
    <>
      <Markdown text={shown.body ?? ''} lang={shown.language} />
      {found && (
        <p className="line-meta">
          <Button look="link" onClick={() => setIsTranslated(!isTranslated)}>
            {t(isTranslated ? 'translation.original' : 'translation.show')}
          </Button>
          {isTranslated && (
            <span>
              {t('translation.by')} <Party party={found.by} />
            </span>
          )}
        </p>
      )}
    </>
  );
}
