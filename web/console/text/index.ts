// Languages: the reader's choice, or else what the browser asks for. A third language is a file here and a line in load.
import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';

import type en from './en.json';

declare module 'i18next' {
  interface CustomTypeOptions {
    resources: { translation: typeof en };
    enableSelector: false;
  }
}

const load: Record<string, () => Promise<{ default: object }>> = {
  en: () => import('./en.json'),
  fr: () => import('./fr.json'),
};

const kept = 'plenary.language';

export const languages = Object.keys(load);

const wanted = () => {
  const asked = [localStorage.getItem(kept), ...navigator.languages].filter((one) => one !== null);
  return asked.map((one) => one.split('-')[0] ?? '').find((one) => one in load) ?? 'en';
};

async function need(language: string) {
  if (!i18next.hasResourceBundle(language, 'translation')) {
    i18next.addResourceBundle(language, 'translation', (await load[language]?.())?.default);
  }
}

export async function speak(language: string, isChosen = true) {
  await need(language);
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
  if (isChosen) localStorage.setItem(kept, language);
}

export async function start() {
  await i18next.use(initReactI18next).init({
    fallbackLng: false,
    resources: {},
    interpolation: { escapeValue: false }, // React escapes
    showSupportNotice: false,
    react: { useSuspense: false },
  });
  await speak(wanted(), false);
}
