import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation, useSearchParams } from 'wouter';

import { config, type Config } from '#app/config';
import type { Chamber } from '#app/fragments';
import { focusOn, usePage } from '#app/page';
import { useSession } from '#app/session';
import { Button } from '#parts/Button';
import { ChamberMark } from '#parts/ChamberMark';
import { Page, Section } from '#parts/Layout';
import { Bones, Failure } from '#parts/States';
import './SignInPage.css';

interface Person {
  key: string;
  name: string;
  party: string;
  kind: Chamber | null;
  roles: string[];
}

// Where to go back to: a path of ours, never another host.
const ours = (back: string | null) => (back && /^\/(?![/\\])/.test(back) ? back : '/');

// Sign-in: at the issuer, or in dev mode as one of the people of the example.
export default function SignInPage() {
  const { t } = useTranslation();
  const [search] = useSearchParams();
  const [, go] = useLocation();
  const { signIn, signInAs } = useSession();
  const [settings, setSettings] = useState<Config | null>(null);
  const [people, setPeople] = useState<Person[]>([]);
  const [hasFailed, setHasFailed] = useState(false);
  const [isBusy, setIsBusy] = useState<string | null>(null);
  const back = ours(search.get('back'));
  usePage(t('signIn.title'));

  const load = () => {
    setHasFailed(false);
    void config()
      .then(async (said) => {
        if (said.mode === 'dev') setPeople((await (await fetch('/dev/people')).json()) as Person[]);
        setSettings(said);
      })
      .catch(() => setHasFailed(true));
  };
  useEffect(load, []);

  const enter = async (key: string, act: () => Promise<void>) => {
    setIsBusy(key);
    try {
      await act();
    } catch {
      setHasFailed(true);
    }
    setIsBusy(null);
  };
  const as = (person: string) =>
    enter(person, async () => {
      await signInAs(person);
      const [to = '/', field] = back.split('#');
      go(to, { replace: true });
      if (field) whenThere(field);
    });

  return (
    <Page
      head={
        <>
          <h1 tabIndex={-1}>{t('signIn.title')}</h1>
          {settings && <p className="lead">{t(settings.mode === 'dev' ? 'signIn.dev' : settings.issuer ? 'signIn.lead' : 'signIn.nowhere')}</p>}
        </>
      }
    >
      {hasFailed && <Failure again={load} />}
      {!settings && !hasFailed && <Bones />}
      {settings?.mode === 'production' && !settings.issuer && <Nowhere />}
      {settings?.mode === 'production' && settings.issuer && (
        <p className="text-block">
          <Button isBusy={isBusy === 'issuer'} onClick={() => void enter('issuer', () => signIn(back))}>
            {t('signIn.go', { issuer: new URL(settings.issuer).host })}
          </Button>
        </p>
      )}
      {settings?.mode === 'dev' && (
        <ul className="people">
          {people.map((person) => (
            <li key={person.key}>
              <button type="button" className="person" aria-busy={isBusy === person.key || undefined} onClick={() => void as(person.key)}>
                {person.kind && <ChamberMark kind={person.kind} />}
                <span>
                  <b>{person.party || person.name}</b>
                  <span className="meta">
                    {[person.kind && t(`chamber.${person.kind}`), ...functionsOf(person.roles).map((role) => t(`role.${role}`))]
                      .filter(Boolean)
                      .join(' · ')}
                  </span>
                </span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </Page>
  );
}

// No issuer is configured: what that means to who reads, and what the operator does.
function Nowhere() {
  const { t } = useTranslation();
  return (
    <>
      <p className="text-block">
        {t('signIn.read')} <Link href="/dialogues">{t('missing.step')}</Link>
      </p>
      <Section title={t('signIn.operator')}>
        <ol className="operator">
          <li>{t('signIn.register', { address: `${location.origin}/signed-in`, origin: location.origin })}</li>
          <li>
            {t('signIn.file')}
            <pre>
              <code>{example}</code>
            </pre>
          </li>
          <li>
            {t('signIn.look')} <code>{'plenary doctor'}</code>
          </li>
        </ol>
      </Section>
    </>
  );
}

const example = `- url: https://id.example.org
  audience: [plenary]
  console:
    client-id: plenary-console`;

const functions = ['AUTHOR', 'REVIEWER', 'APPROVER', 'REDRESS_OFFICER', 'FACILITATOR', 'AUDITOR', 'ADMIN'] as const;
const functionsOf = (roles: readonly string[]) => functions.filter((role) => roles.includes(role.toLowerCase()));

// The field appears with its page's data.
function whenThere(id: string, tries = 200) {
  const field = document.getElementById(id);
  if (field) focusOn(field);
  else if (tries > 0) setTimeout(() => whenThere(id, tries - 1), 50);
}
