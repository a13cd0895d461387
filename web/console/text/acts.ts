// The words of acts, which load with the page that lists them.
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';

type Words = Partial<Record<string, string>>;

const load: Record<string, () => Promise<{ default: Words }>> = {
  en: () => import('./acts.en.json'),
  fr: () => import('./acts.fr.json'),
};

export function useActWords() {
  const { t, i18n } = useTranslation();
  const language = i18n.resolvedLanguage ?? 'en';
  const [words, setWords] = useState<Words>({});
  useEffect(() => void load[language]?.().then((table) => setWords(table.default)), [language]);
  return (type: string) => words[type] ?? t('records.other');
}
