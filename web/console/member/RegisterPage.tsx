import { useRef, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useMutation } from 'urql';

import type { Chamber, Failed } from '#app/fragments';
import { usePage } from '#app/page';
import { useSession } from '#app/session';
import { Button } from '#parts/Button';
import { ChamberMark, chamberClass } from '#parts/ChamberMark';
import { Choice, FaultSummary, Field } from '#parts/Field';
import { Page } from '#parts/Layout';
import { Refusal } from '#parts/Refusal';

import { Register } from './documents';
import './RegisterPage.css';

const kinds: readonly Chamber[] = ['CUSTOMER', 'FIRM', 'NGO', 'ACADEMIC_INSTITUTION', 'REGULATOR'];

// Where somebody without a party registers the one that they act for.
export default function RegisterPage() {
  const { t } = useTranslation();
  const { viewer } = useSession();
  const [registered, setRegistered] = useState<{ name: string; status: string } | null>(null);
  usePage(registered ? t('register.done') : t('register.title'));
  return (
    <Page
      head={
        <>
          <h1 tabIndex={-1}>{registered ? t('register.done') : t('register.title')}</h1>
          <p className="lead" role="status">
            {registered
              ? t(registered.status === 'ACTIVE' ? 'register.admitted' : 'register.waits', { name: registered.name })
              : t('register.lead')}
          </p>
        </>
      }
    >
      {viewer === null && <Refusal refused={{ code: 'SIGN_IN' }} what={t('register.cannot')} />}
      {viewer?.party && !registered && <Refusal refused={{ code: 'HAS_PARTY' }} what={t('register.cannot')} />}
      {viewer?.party === null && !registered && <Form onDone={setRegistered} />}
    </Page>
  );
}

function Form({ onDone }: { onDone: (party: { name: string; status: string }) => void }) {
  const { t } = useTranslation();
  const { again } = useSession();
  const [kind, setKind] = useState<Chamber>('CUSTOMER');
  const [name, setName] = useState('');
  const [description, setDescription] = useState('');
  const [faults, setFaults] = useState<readonly Failed[]>([]);
  const [isLost, setIsLost] = useState(false);
  const [{ fetching }, register] = useMutation(Register);
  const key = useRef(crypto.randomUUID());

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!name.trim()) return setFaults([{ code: 'REQUIRED', field: ['name'], values: null }]);
    const { data } = await register({ input: { kind, name, description: description.trim() || null }, key: key.current });
    key.current = crypto.randomUUID();
    setIsLost(!data);
    if (!data) return;
    setFaults(data.registerStakeholder.userErrors);
    const party = data.registerStakeholder.stakeholder;
    if (!party) return;
    onDone(party);
    await again();
  };
  return (
    <form className="register" onSubmit={(event) => void submit(event)} noValidate>
      <FaultSummary faults={faults} fields={{ name: 'register-name', description: 'register-description' }} what={t('register.refused')} />
      <Choice
        legend={t('register.kind')}
        name="kind"
        value={kind}
        onChange={setKind}
        options={kinds.map((value) => ({
          value,
          label: t(`chamber.${value}`),
          mark: (
            <span className={`register-mark ${chamberClass[value]}`}>
              <ChamberMark kind={value} />
            </span>
          ),
        }))}
      />
      <Field
        id="register-name"
        label={t('register.name')}
        hint={t(kind === 'CUSTOMER' ? 'register.nameHintCustomer' : 'register.nameHint')}
      >
        {(control) => <input {...control} maxLength={200} value={name} onChange={({ target }) => setName(target.value)} />}
      </Field>
      <Field id="register-description" label={t('register.description')} hint={t('register.descriptionHint')}>
        {(control) => <textarea {...control} rows={3} value={description} onChange={({ target }) => setDescription(target.value)} />}
      </Field>
      <p>
        <Button type="submit" isBusy={fetching}>
          {t('register.send')}
        </Button>
      </p>
      <div role="status">{isLost && <p className="alarm">{t('can.lost')}</p>}</div>
    </form>
  );
}
