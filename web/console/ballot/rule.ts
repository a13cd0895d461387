// The words of a decision rule: its document as sentences.
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';

import { useFormat } from '#text/format';

interface Comparison {
  id: string;
  scope: 'TOTAL' | 'EACH_GROUP' | 'N_GROUPS' | 'GROUPS';
  of: 'MEMBERS' | 'WEIGHT';
  op: '>=' | '>' | '<=' | '<';
  choice?: string;
  ratio?: string;
  count?: number;
  n?: number;
  groups?: string[];
  effect?: 'BLOCKS' | 'ANSWER_FIRST';
}

export interface Rule {
  ballot: {
    choices: string[];
    changeable: boolean;
    maxProxies?: number;
    minDays: number;
    reasonsFor: string[];
    reveal: 'AT_CLOSE' | 'AT_ONCE';
    secrecy: 'OPEN' | 'SECRET';
    secrecyFloor?: number;
    silence: 'ABSENT' | 'ABSTAIN' | 'WITH_MAJORITY';
  };
  quorum: Comparison[];
  tests: Comparison[];
  objections: Comparison[];
}

export const ruleOf = (document: string) => JSON.parse(document) as Rule;

const ops = { '>=': 'atLeast', '>': 'moreThan', '<=': 'atMost', '<': 'fewerThan' } as const;

const chambers: Record<string, 'FIRM' | 'CUSTOMER' | 'REGULATOR' | 'NGO' | 'ACADEMIC_INSTITUTION'> = {
  FIRM: 'FIRM',
  CUSTOMER: 'CUSTOMER',
  REGULATOR: 'REGULATOR',
  NGO: 'NGO',
  ACADEMIC: 'ACADEMIC_INSTITUTION',
};

// useRuleWords names groups and choices, and says what a rule asks.
export function useRuleWords() {
  const { t } = useTranslation();
  const { list } = useFormat();

  const group = useCallback(
    (path: string | null) => {
      if (path === null) return t('rule.whole');
      const chamber = chambers[path];
      return chamber ? t(`chambers.${chamber}`) : path.replace(/\./g, ' · ').replace(/_/g, ' ').toLowerCase();
    },
    [t],
  );

  const choice = useCallback(
    (name: string) => t(`ballot.choice.${name}` as 'ballot.choice.FOR', { defaultValue: name.toLowerCase().replace(/_/g, ' ') }),
    [t],
  );

  const scope = useCallback(
    (one: Comparison) => {
      if (one.scope === 'N_GROUPS') return t('rule.scope.N_GROUPS', { count: one.n ?? 1 });
      if (one.scope === 'GROUPS') return t('rule.scope.GROUPS', { groups: list((one.groups ?? []).map(group)) });
      // One group is enough to object.
      return t(`rule.scope.${one.scope === 'EACH_GROUP' && one.effect ? 'ANY_GROUP' : one.scope}`);
    },
    [t, list, group],
  );

  const bound = useCallback((one: Comparison) => t(`rule.op.${ops[one.op]}`, { bound: one.ratio ?? String(one.count ?? 0) }), [t]);

  const sentences = useCallback(
    (rule: Rule): string[] => {
      const { ballot } = rule;
      return [
        ...rule.quorum.map((one) => t(`rule.quorum.${one.of}`, { bound: bound(one), scope: scope(one) })),
        ...rule.tests.map((one) =>
          one.count === undefined
            ? t(`rule.test.${one.of}`, { choice: choice(one.choice ?? ''), bound: bound(one), scope: scope(one) })
            : t('rule.test.count', { choice: choice(one.choice ?? ''), bound: bound(one), scope: scope(one) }),
        ),
        ...rule.objections.map((one) =>
          t(`rule.objection.${one.effect ?? 'BLOCKS'}`, { choice: choice(one.choice ?? ''), bound: bound(one), scope: scope(one) }),
        ),
        ...(ballot.silence === 'ABSENT' ? [] : [t(`rule.silence.${ballot.silence}`)]),
        ...(ballot.reasonsFor.length > 0 ? [t('rule.reasons', { choices: list(ballot.reasonsFor.map(choice)) })] : []),
        t(ballot.changeable ? 'rule.changeable' : 'rule.final'),
      ];
    },
    [t, bound, scope, choice, list],
  );

  return { group, choice, sentences };
}
