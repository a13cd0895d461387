import { useTranslation } from 'react-i18next';

import { Beside, Figure } from '#parts/Figure';

interface Comment {
  id: string;
  body: string | null;
  tally: { agree: number; disagree: number; pass: number; total: number };
}

const width = 280;
const row = 40;
const bar = 12;
const label = 36; // room for "12/34"

// Agreement shows which of the comments on a page most agree with, each of how many answered.
export function Agreement({ comments }: { comments: readonly Comment[] }) {
  const { t } = useTranslation();
  const shown = comments
    .filter(({ tally, body }) => tally.total > 0 && body)
    .sort((a, b) => b.tally.agree / b.tally.total - a.tally.agree / a.tally.total || b.tally.total - a.tally.total)
    .slice(0, 3);
  const [first] = shown;
  if (!first || shown.length < 2) return null;
  const wide = width - label;
  return (
    <Beside>
      <Figure
        title={t('agreement.title')}
        finding={t('agreement.finding', { agree: first.tally.agree, count: first.tally.total, text: cut(first.body ?? '', 90) })}
        columns={[t('agreement.comment'), t('vote.AGREE'), t('vote.DISAGREE'), t('vote.PASS')]}
        rows={shown.map(({ body, tally }) => [body ?? '', tally.agree, tally.disagree, tally.pass])}
        file="agreement"
      >
        <svg viewBox={`0 0 ${width} ${row * shown.length}`}>
          {shown.map(({ id, body, tally }, at) => {
            const x = (n: number) => (wide * n) / tally.total;
            const y = at * row;
            return (
              <g key={id}>
                <text x="0" y={y + 14}>
                  {cut(body ?? '', 44)}
                </text>
                <rect className="is-agree" x="0" y={y + 20} width={x(tally.agree)} height={bar} />
                <rect className="is-disagree" x={x(tally.agree)} y={y + 20} width={x(tally.disagree)} height={bar} />
                <rect className="is-pass" x={x(tally.agree + tally.disagree)} y={y + 20} width={x(tally.pass)} height={bar} />
                <text className="is-soft" x={wide + 6} y={y + 31}>{`${tally.agree}/${tally.total}`}</text>
              </g>
            );
          })}
        </svg>
      </Figure>
    </Beside>
  );
}

const cut = (text: string, length: number) => (text.length > length ? `${text.slice(0, length - 1).trimEnd()}…` : text);
