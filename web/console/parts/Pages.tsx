import { Fragment, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { Button } from './Button';

interface PageInfo {
  hasNextPage: boolean;
  endCursor: string | null;
}

type Further = (info: PageInfo | undefined) => ReactNode;

// Pages shows a list a page at a time, each below the last, as far as the reader asks for. Children render the page behind a cursor,
// and end with what further makes of its pageInfo.
export function Pages({ children }: { children: (after: string | null, further: Further) => ReactNode }) {
  const { t } = useTranslation();
  const [cursors, setCursors] = useState<(string | null)[]>([null]);
  const further =
    (isLast: boolean): Further =>
    (info) => {
      const { hasNextPage, endCursor } = info ?? {};
      if (!isLast || !hasNextPage || !endCursor) return null;
      return (
        <div className="more">
          <Button look="quiet" onClick={() => setCursors([...cursors, endCursor])}>
            {t('pages.more')}
          </Button>
        </div>
      );
    };
  return cursors.map((after, index) => (
    <Fragment key={after ?? 'first'}>{children(after, further(index === cursors.length - 1))}</Fragment>
  ));
}
