import { useId, useRef, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';

import { drafts, forget, useDraft } from '#app/draft';
import type { Failed } from '#app/fragments';
import { useSession } from '#app/session';

import { Button } from './Button';
import { FaultSummary, Field } from './Field';
import './Asked.css';

export interface Wanted {
  name: string;
  label: string;
  hint?: string;
  kind?: 'text' | 'line' | 'date' | 'select';
  options?: readonly { value: string; label: string }[];
  value?: string;
}

interface Props {
  id: string; // of the field of drafts, and of the place that others lead to
  summary: string; // what can be done
  wanted: readonly Wanted[];
  submit: string;
  refused: string;
  act: { faults: readonly Failed[]; isLost: boolean; isBusy: boolean };
  run: (values: Record<string, string>) => Promise<unknown>; // null where it was not done
}

// Asked is an act that needs a word more: a reason, a date. It opens where it stands, and what is written in it is kept.
export function Asked({ id, summary, wanted, submit, refused, act, run }: Props) {
  const { t } = useTranslation();
  const details = useRef<HTMLDetailsElement>(null);
  const form = useId();
  const send = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const values = Object.fromEntries([...new FormData(event.currentTarget)].map(([name, value]) => [name, String(value).trim()]));
    if (!(await run(values))) return;
    for (const { key, subject } of drafts()) if (subject.startsWith(`${id}.`)) forget(key);
    if (!details.current?.isConnected) return; // it cannot be done again
    details.current.open = false;
    details.current.querySelector('summary')?.focus();
  };
  return (
    <details className="asked" id={id} ref={details}>
      <summary>{summary}</summary>
      <form className="asked-form" onSubmit={(event) => void send(event)} noValidate>
        <FaultSummary faults={act.faults} fields={Object.fromEntries(wanted.map(({ name }) => [name, `${form}-${name}`]))} what={refused} />
        {wanted.map((one) => (
          <Field key={one.name} id={`${form}-${one.name}`} label={one.label} hint={one.hint}>
            {(control) => <Control {...one} control={control} draft={`${id}.${one.name}`} />}
          </Field>
        ))}
        <p>
          <Button type="submit" isBusy={act.isBusy}>
            {submit}
          </Button>
        </p>
        <div role="status">{act.isLost && <p className="alarm">{t('can.lost')}</p>}</div>
      </form>
    </details>
  );
}

function Control({ name, kind = 'text', options, value, control, draft }: Wanted & { control: object; draft: string }) {
  const { viewer } = useSession();
  const [text, setText] = useDraft(draft, viewer?.party?.id ?? null);
  if (kind === 'select') {
    return (
      <select {...control} name={name} defaultValue={value}>
        {options?.map((one) => (
          <option key={one.value} value={one.value}>
            {one.label}
          </option>
        ))}
      </select>
    );
  }
  if (kind === 'date') return <input {...control} type="date" name={name} defaultValue={value} />;
  const written = { name, value: text || (value ?? ''), onChange: ({ target }: { target: { value: string } }) => setText(target.value) };
  return kind === 'line' ? <input {...control} {...written} /> : <textarea {...control} {...written} rows={3} />;
}
