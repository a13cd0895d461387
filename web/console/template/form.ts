// The texts of a template as its document has them: one text brings all of them, in every language.
export interface Texts {
  readonly [language: string]: string;
}

export interface Option {
  value: string;
  title: Texts;
  weight?: number;
}

export type Kind = 'SINGLE' | 'MULTI' | 'TEXT' | 'NUMBER' | 'BOOLEAN' | 'DATE';

export interface Question {
  key: string;
  type: Kind;
  title: Texts;
  help?: Texts;
  options?: readonly Option[];
  required?: boolean;
  evidenceRequired?: boolean;
  visibleIf?: string;
  maxScore?: number;
}

export interface Section {
  key: string;
  title: Texts;
  intro?: Texts;
  visibleIf?: string;
  questions: readonly Question[];
}

export interface Template {
  languages: readonly string[];
  sections: readonly Section[];
}

export const templateOf = (document: string) => JSON.parse(document) as Template;

// inLanguage gives a text in the reader's language, or in the template's first, with the language that it is in.
export function inLanguage(texts: Texts | undefined, { languages }: Template, wanted: string): { text: string; lang: string } | null {
  if (!texts) return null;
  const lang = [wanted, ...languages, ...Object.keys(texts)].find((one) => texts[one]);
  return lang ? { text: texts[lang] ?? '', lang } : null;
}
