import type { TypedDocumentNode } from '@urql/core';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useQuery } from 'urql';

import type { Permission } from '#app/fragments';
import { Button } from '#parts/Button';
import { Section } from '#parts/Layout';
import { NewBelow } from '#parts/NewBelow';
import { Pages } from '#parts/Pages';
import { Answer, Empty } from '#parts/States';

import { CommentCard } from './CommentCard';
import type { Thread as Page } from './fragments';
import { Say } from './Say';
import './Thread.css';

export type Order = 'AGREEMENT' | 'NEWEST' | 'OLDEST';
const orders: readonly Order[] = ['AGREEMENT', 'NEWEST', 'OLDEST'];

interface Props {
  subject: string;
  page: Page | null;
  order: Order;
  onOrder: (order: Order) => void;
  fresh: number; // how many came since the list was read
  refresh: () => void;
  further?: ReactNode;
  permission: Permission | undefined;
}

// Thread lists the comments on something, and is where one adds to them.
export function Thread({ subject, page, order, onOrder, fresh, refresh, further, permission }: Props) {
  const { t } = useTranslation();
  const edges = page?.edges ?? [];
  // In a long list what is new may be on a later page: it is shown where it comes first.
  const showNew = () => {
    if (page?.pageInfo.hasNextPage) onOrder('NEWEST');
    refresh();
  };
  return (
    <>
      <Section
        id="comments"
        title={t('comment.count', { count: page?.totalCount ?? 0 })}
        tools={
          edges.length > 1 && (
            <label className="order">
              {t('comment.order')}
              <select value={order} onChange={({ target }) => onOrder(target.value as Order)}>
                {orders.map((one) => (
                  <option key={one} value={one}>
                    {t(`comment.by.${one}`)}
                  </option>
                ))}
              </select>
            </label>
          )
        }
      >
        <NewBelow count={fresh} show={showNew} />
        {edges.length === 0 && <Empty>{t('comment.none')}</Empty>}
        <Cards page={page} refresh={refresh} />
        {further}
      </Section>
      <Say subject={subject} id="say" permission={permission} onPosted={refresh} />
    </>
  );
}

function Cards({ page, refresh }: { page: Page | null | undefined; refresh: () => void }) {
  return page?.edges.map(
    ({ node, thread }) =>
      node && (
        <CommentCard key={node.id} comment={node} replies={thread?.edges ?? []} replyCount={thread?.totalCount ?? 0} onPosted={refresh} />
      ),
  );
}

interface MoreProps<Data, Variables> {
  first: Page['pageInfo'] | undefined; // of the page that is shown already
  query: TypedDocumentNode<Data, Variables & { after: string | null }>;
  variables: Variables;
  read: (data: Data) => Page | null | undefined;
}

// MoreThread shows the pages behind the first one, as far as the reader asks for them.
export function MoreThread<Data, Variables extends object>(props: MoreProps<Data, Variables>) {
  const { t } = useTranslation();
  const [isOpen, setIsOpen] = useState(false);
  const { first } = props;
  if (!first?.hasNextPage) return null;
  if (isOpen) return <Pages>{(after, further) => <MorePage {...props} after={after ?? first.endCursor} further={further} />}</Pages>;
  return (
    <p className="more">
      <Button look="quiet" onClick={() => setIsOpen(true)}>
        {t('pages.more')}
      </Button>
    </p>
  );
}

interface MorePageProps<Data, Variables> extends MoreProps<Data, Variables> {
  after: string | null;
  further: (info: Page['pageInfo'] | undefined) => ReactNode;
}

function MorePage<Data, Variables extends object>({ query, variables, read, after, further }: MorePageProps<Data, Variables>) {
  const [result, again] = useQuery({ query, variables: { ...variables, after } });
  const refresh = () => again({ requestPolicy: 'network-only' });
  return (
    <Answer result={result} again={refresh}>
      {(data) => (
        <>
          <Cards page={read(data)} refresh={refresh} />
          {further(read(data)?.pageInfo)}
        </>
      )}
    </Answer>
  );
}
