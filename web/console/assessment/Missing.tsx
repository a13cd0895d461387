import { useTranslation } from 'react-i18next';

import type { Failed } from '#app/fragments';
import { Section } from '#parts/Layout';
import { useFormat } from '#text/format';
import { useRefusal } from '#text/refusal';

// MissingFirst lists what keeps the assessment from its next step, each with a link to where it is put right.
export function MissingFirst({ missing, titles }: { missing: readonly Failed[]; titles: (key: string) => string | undefined }) {
  const { t } = useTranslation();
  const { date } = useFormat();
  const refuse = useRefusal();
  if (missing.length === 0) return null;
  const said = missing.map((one) => {
    const [part, key, what] = (one.field?.join('.') ?? '').split('.');
    if (part === 'answers' && key) {
      const title = titles(key) ?? key;
      return { to: `#q-${encodeURIComponent(key)}`, say: t(what === 'evidence' ? 'lacking.evidence' : 'lacking.answer', { title }) };
    }
    const count = one.values?.actual ?? 1;
    if (part === 'consultationUntil' && one.values?.date)
      return { to: null, say: t('lacking.consultation', { date: date(one.values.date) }) };
    if (part === 'opinions') return { to: '#questions', say: t('lacking.opinions', { count }) };
    if (part === 'signers') return { to: '#signatures', say: t('lacking.signers', { count }) };
    if (part === 'signOffs') return { to: '#signatures', say: t('lacking.signOffs', { count }) };
    if (part === 'risks') return { to: '#risks', say: t('lacking.risks', { count }) };
    if (part === 'subject') return { to: null, say: t('lacking.subject') };
    return { to: null, say: refuse(one).why };
  });
  return (
    <Section title={t('lacking.heading', { count: missing.length })} id="missing">
      <ol className="missing-list">
        {said.slice(0, first).map(({ to, say }, index) => (
          <li key={index}>{to ? <a href={to}>{say}</a> : say}</li>
        ))}
      </ol>
      {said.length > first && (
        <details className="asked">
          <summary>{t('lacking.more', { count: said.length - first })}</summary>
          <ol className="missing-list" start={first + 1}>
            {said.slice(first).map(({ to, say }, index) => (
              <li key={index}>{to ? <a href={to}>{say}</a> : say}</li>
            ))}
          </ol>
        </details>
      )}
    </Section>
  );
}

const first = 8; // of a long list; the others open on request
