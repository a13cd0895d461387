// A refusal in the reader's words, made from its code and values, never from the server's English.
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';

import type { Permission } from '#app/fragments';

import { useFormat } from './format';

export interface Refused {
  code: NonNullable<Permission['code']>;
  values?: Permission['values'] | undefined;
}

export function useRefusal() {
  const { t } = useTranslation();
  const { date, either, number } = useFormat();
  return useCallback(
    ({ code, values }: Refused) => {
      const states = (values?.states ?? []).map((state) => stateWord(t, state));
      const words = {
        minimum: number(values?.minimum ?? 0),
        limit: number(values?.limit ?? 0),
        actual: number(values?.actual ?? 0),
        date: values?.date ? date(values.date) : '',
        state: values?.state ? stateWord(t, values.state) : '',
        states: either(states),
        roles: either((values?.roles ?? []).map((role) => t(`role.${role}`))),
        scopes: either(values?.scopes ?? []),
      };
      return {
        // What decided may be no time: then the sentence names none.
        why: isTimed(code) && !values?.date ? t(`refusal.why.${code}_undated`) : t(`refusal.why.${code}`, words),
        help: t(`refusal.help.${code}` as 'refusal.help.STATE', { ...words, defaultValue: '' }),
      };
    },
    [t, date, either, number],
  );
}

const isTimed = (code: Refused['code']) => code === 'PHASE_CLOSED' || code === 'TOO_LATE' || code === 'TOO_EARLY';

type Translate = (key: string, options: { defaultValue: string }) => string;

// A state by the word of whatever has it.
const stateWord = (t: unknown, state: string) =>
  (t as Translate)(`state.word.${state}`, { defaultValue: (t as Translate)('state.word.other', { defaultValue: '' }) });
