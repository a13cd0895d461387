// Dates, numbers and sizes in the reader's language.
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';

const units = [
  ['minute', 60],
  ['hour', 3600],
  ['day', 86_400],
  ['month', 30.44 * 86_400],
  ['year', 365.25 * 86_400],
] as const;

const near = 7 * 86_400; // up to a week a time is told by its distance

export function useFormat() {
  const { i18n } = useTranslation();
  const locale = i18n.resolvedLanguage ?? 'en';
  return useMemo(() => {
    const day = new Intl.DateTimeFormat(locale, { dateStyle: 'long' });
    const full = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'short' });
    const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
    const number = new Intl.NumberFormat(locale);
    const size = new Intl.NumberFormat(locale, { style: 'unit', unit: 'kilobyte', maximumFractionDigits: 0 });
    const regions = new Intl.DisplayNames(locale, { type: 'region' });
    const list = new Intl.ListFormat(locale, { type: 'conjunction' });
    const either = new Intl.ListFormat(locale, { type: 'disjunction' });
    return {
      date: (at: string) => day.format(new Date(at)),
      moment: (at: string) => full.format(new Date(at)),
      number: (n: number) => number.format(n),
      bytes: (n: number) => size.format(Math.max(1, Math.round(n / 1024))),
      // A country by its name, with the part of it that a code names beside it.
      region(code: string) {
        const [country = code, part] = code.split('-');
        const name = regions.of(country) ?? code;
        return part ? `${name} (${part})` : name;
      },
      list: (words: readonly string[]) => list.format(words),
      either: (words: readonly string[]) => either.format(words),
      // A distance in words; with isAlways also of what is far.
      distance(at: string, isAlways?: boolean) {
        const seconds = (new Date(at).getTime() - Date.now()) / 1000;
        const apart = Math.abs(seconds);
        if (apart > near && !isAlways) return day.format(new Date(at));
        const [unit, length] = units.findLast(([, from]) => apart >= from) ?? units[0];
        return relative.format(Math.trunc(seconds / length), unit);
      },
    };
  }, [locale]);
}
