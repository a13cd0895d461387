import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'wouter';

import { ChamberMark } from '#parts/ChamberMark';
import { languages, speak } from '#text/index';

import { config, type Config } from './config';
import { called, useHere } from './page';
import { useSession } from './session';
import { nextTheme, setTheme, theme } from './theme';

const sections = [
  ['/dialogues', 'bar.dialogues'],
  ['/guidelines', 'bar.outcomes'],
  ['/practices', 'bar.practices'],
  ['/parties', 'bar.parties'],
  ['/records', 'bar.records'],
] as const;

// Frame is what stands around each page: the way to skip it, the bar, and the foot.
export function Frame({ children }: { children: ReactNode }) {
  const { t, i18n } = useTranslation();
  const [settings, setSettings] = useState<Config | null>(null);
  useEffect(
    () =>
      void config().then(
        (said) => {
          setSettings(said);
          called(said.name);
          const spoken = languages.filter((one) => said.languages.includes(one));
          if (spoken[0] && !spoken.includes(i18n.resolvedLanguage ?? '')) void speak(spoken[0], false);
        },
        () => {},
      ),
    [i18n],
  );
  return (
    <div className="frame">
      <a className="skip" href="#main">
        {t('bar.skip')}
      </a>
      <header className="bar">
        <div className="bar-inner">
          <Link className="brand" href="/">
            <Mark />
            <span className="brand-name">{settings?.name ?? 'Plenary'}</span>
          </Link>
          <Sections />
          <div className="tools">
            <Language offered={settings?.languages} />
            <Theme />
            <Who />
          </div>
        </div>
      </header>
      <Ended />
      <main className="page" id="main" tabIndex={-1}>
        {children}
      </main>
      <footer className="foot">
        <div className="foot-inner">
          <Link href="/records">{t('foot.log')}</Link>
          {settings?.links.privacy && <a href={settings.links.privacy}>{t('foot.privacy')}</a>}
          {settings?.links.moderation && <a href={settings.links.moderation}>{t('foot.moderation')}</a>}
          {settings?.links.accessibility && <a href={settings.links.accessibility}>{t('foot.accessibility')}</a>}
          <a href="/explorer/">{t('foot.explorer')}</a>
        </div>
      </footer>
    </div>
  );
}

// Five chambers around one question.
function Mark() {
  return (
    <svg viewBox="0 0 40 20" aria-hidden="true" className="mark">
      <path className="is-firm" d="M5.500 18.500a14.500 14.500 0 0 1 2-7.400" />
      <path className="is-customer" d="M9 9.200a14.500 14.500 0 0 1 5.600-4.200" />
      <path className="is-regulator" d="M17 4.200a14.500 14.500 0 0 1 6 0" />
      <path className="is-association" d="M25.400 5a14.500 14.500 0 0 1 5.600 4.200" />
      <path className="is-research" d="M32.500 11.100a14.500 14.500 0 0 1 2 7.400" />
    </svg>
  );
}

function Sections() {
  const { t } = useTranslation();
  const [path] = useLocation();
  return (
    <nav aria-label={t('bar.sections')}>
      <ul className="sections">
        {sections.map(([to, word]) => (
          <li key={to}>
            <Link href={to} aria-current={path === to ? 'page' : path.startsWith(`${to}/`) ? 'true' : undefined}>
              {t(word)}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

// The languages of the console that the operator offers; all of them where that is none.
function Language({ offered = languages }: { offered?: readonly string[] | undefined }) {
  const { t, i18n } = useTranslation();
  const common = languages.filter((one) => offered.includes(one));
  const spoken = common.length > 0 ? common : languages;
  if (spoken.length === 1) return null;
  return (
    <select aria-label={t('bar.language')} value={i18n.resolvedLanguage} onChange={({ target }) => void speak(target.value)}>
      {spoken.map((one) => (
        <option key={one} value={one} lang={one}>
          {nameOf(one)}
        </option>
      ))}
    </select>
  );
}

function nameOf(language: string): string {
  const name = new Intl.DisplayNames(language, { type: 'language' }).of(language) ?? language;
  return name.charAt(0).toLocaleUpperCase(language) + name.slice(1);
}

function Theme() {
  const { t } = useTranslation();
  const [now, setNow] = useState(theme);
  const next = nextTheme(now);
  return (
    <button
      type="button"
      className="theme"
      aria-label={t(`bar.theme.${next}`)}
      title={t(`bar.theme.${next}`)}
      onClick={() => {
        setTheme(next);
        setNow(next);
      }}
    >
      <svg viewBox="0 0 16 16" aria-hidden="true">
        <circle cx="8" cy="8" r="7" fill="none" stroke="currentColor" strokeWidth="1.500" />
        <path d="M8 1a7 7 0 0 1 0 14Z" fill="currentColor" />
      </svg>
    </button>
  );
}

function Who() {
  const { t } = useTranslation();
  const { viewer, signOut } = useSession();
  const [path] = useLocation();
  const here = useHere();
  const menu = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    if (menu.current) menu.current.open = false;
  }, [path]);
  useEffect(() => {
    const close = (event: Event) => {
      if (!menu.current?.open) return;
      if (event instanceof KeyboardEvent ? event.key === 'Escape' : !menu.current.contains(event.target as Node)) menu.current.open = false;
    };
    document.addEventListener('keydown', close);
    document.addEventListener('click', close);
    return () => {
      document.removeEventListener('keydown', close);
      document.removeEventListener('click', close);
    };
  }, []);
  if (!viewer) {
    const back = path === '/sign-in' ? '' : `?back=${encodeURIComponent(here)}`;
    return (
      <Link className="button" href={`/sign-in${back}`} aria-busy={viewer === undefined || undefined}>
        {t('bar.signIn')}
      </Link>
    );
  }
  const { party } = viewer;
  return (
    <details className="who" ref={menu}>
      <summary>
        {party ? (
          <>
            <ChamberMark kind={party.kind} /> <b>{party.name}</b>
          </>
        ) : (
          <b>{viewer.roles.map((role) => t(`role.${role}`)).join(', ') || t('bar.noParty')}</b>
        )}
      </summary>
      <ul className="who-menu">
        <li>
          <Link href="/desk">{t('bar.desk')}</Link>
        </li>
        <li>
          <Link href="/me">{t('bar.mine')}</Link>
        </li>
        {party && (
          <li>
            <Link href="/assigned">{t('assigned.title')}</Link>
          </li>
        )}
        {party?.kind === 'REGULATOR' && (
          <li>
            <Link href="/supervision">{t('supervision.regulator')}</Link>
          </li>
        )}
        {viewer.roles.includes('ADMIN') && (
          <li>
            <Link href="/members">{t('members.title')}</Link>
          </li>
        )}
        {party && (
          <li>
            <Link href={`/parties/${party.handle}`}>{t('bar.party')}</Link>
          </li>
        )}
        <li>
          <button type="button" onClick={() => void signOut()}>
            {t('bar.signOut')}
          </button>
        </li>
      </ul>
    </details>
  );
}

// Says that the session has ended; what was written is still there.
function Ended() {
  const { t } = useTranslation();
  const { hasEnded } = useSession();
  const here = useHere();
  return (
    <div role="status">
      {hasEnded && (
        <p className="ended">
          {t('bar.ended')} <Link href={`/sign-in?back=${encodeURIComponent(here)}`}>{t('bar.signIn')}</Link>
        </p>
      )}
    </div>
  );
}
