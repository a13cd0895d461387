import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useQuery } from 'urql';
import { useLocation } from 'wouter';

import { drafts, forget } from '#app/draft';
import { useSession } from '#app/session';
import { useAct } from '#parts/act';
import { Asked } from '#parts/Asked';
import { Button } from '#parts/Button';
import { Facts, Section } from '#parts/Layout';
import { can } from '#parts/permission';
import { Answer, Bones } from '#parts/States';
import { Tag } from '#parts/Tag';
import { useFormat } from '#text/format';

import { EraseMember, MyDataQuery } from './documents';

// My data: what is known of me, a copy of it, where it is sent, and how it is erased with what stays.
export function MyData() {
  const { t } = useTranslation();
  const { date } = useFormat();
  const { viewer, token, signOut } = useSession();
  const [, go] = useLocation();
  const [result, ask] = useQuery({ query: MyDataQuery });
  const erase = useAct(EraseMember);
  const [isLost, setIsLost] = useState(false);
  const [isBusy, setIsBusy] = useState(false);

  const download = async () => {
    setIsBusy(true);
    setIsLost(false);
    try {
      const answer = await fetch('/me/data.zip', { credentials: 'omit', headers: { authorization: `Bearer ${token() ?? ''}` } });
      if (!answer.ok) throw new Error(String(answer.status));
      const url = URL.createObjectURL(await answer.blob());
      Object.assign(document.createElement('a'), { href: url, download: 'my-data.zip' }).click();
      URL.revokeObjectURL(url);
    } catch {
      setIsLost(true);
    }
    setIsBusy(false);
  };
  return (
    <Section title={t('data.title')} id="data">
      <Answer result={result} again={() => ask({ requestPolicy: 'network-only' })} bones={<Bones lines={4} />}>
        {({ viewer: me, webhooks }) => (
          <div className="stack text-block">
            <Facts
              rows={[
                me?.member && [t('data.since'), date(me.member.createdAt)],
                [t('data.email'), t('data.noEmail')],
                me && me.scopes.length > 0 && [t('data.scopes'), me.scopes.join(', ')],
              ]}
            />
            <p>{t('data.copyText')}</p>
            <p>
              <Button look="quiet" isBusy={isBusy} onClick={() => void download()}>
                {t('data.copy')}
              </Button>
            </p>
            <div role="status">{isLost && <p className="alarm">{t('can.lost')}</p>}</div>
            {webhooks && webhooks.nodes.length > 0 && (
              <>
                <h3>{t('data.webhooks')}</h3>
                <ul className="lines">
                  {webhooks.nodes.map(({ id, url, description, state }) => (
                    <li key={id}>
                      {description ?? url} <Tag isFilled={state === 'ACTIVE'}>{t(`data.webhook.${state}`)}</Tag>
                    </li>
                  ))}
                </ul>
              </>
            )}
            {me?.member && can(me.member.viewerCan, 'MEMBER_ERASE')?.allowed && (
              <>
                <h3>{t('data.erase')}</h3>
                <p>{t(viewer?.party?.kind === 'CUSTOMER' ? 'data.goesCustomer' : 'data.goes')}</p>
                <p>{t('data.stays')}</p>
                <Asked
                  id="erase"
                  summary={t('data.eraseMe')}
                  wanted={[{ name: 'confirm', label: t('data.confirm'), hint: t('data.confirmHint'), kind: 'line' }]}
                  submit={t('data.eraseNow')}
                  refused={t('can.refused')}
                  act={erase}
                  run={async ({ confirm = '' }) => {
                    const done = await erase.run({ input: { id: me.member?.id ?? '', confirm } });
                    if (!done) return null;
                    for (const { key } of drafts()) forget(key);
                    await signOut();
                    go('/', { replace: true });
                    return done;
                  }}
                />
              </>
            )}
          </div>
        )}
      </Answer>
    </Section>
  );
}
