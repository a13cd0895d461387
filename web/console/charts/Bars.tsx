import { Figure } from '#parts/Figure';

interface Props {
  title: string;
  finding: string;
  first: string; // the heading of the labels
  series: readonly string[];
  rows: readonly { label: string; values: readonly number[]; of: number }[];
  file: string;
}

const width = 640;
const left = 150;
const bar = 14;
const gap = 3;
const room = 14; // between groups
const tints = ['is-agree', 'is-disagree', 'is-pass', 'is-soft'];

// Bars draws counts as bars from zero, with a direct label on each.
export function Bars({ title, finding, first, series, rows, file }: Props) {
  const most = Math.max(1, ...rows.flatMap(({ of }) => of));
  const height = series.length * (bar + gap) + room;
  const x = (n: number) => ((width - left - 130) * n) / most;
  return (
    <Figure title={title} finding={finding} columns={[first, ...series]} rows={rows.map(({ label, values }) => [label, ...values])} file={file}>
      <svg viewBox={`0 0 ${width} ${height * rows.length}`}>
        {rows.map(({ label, values, of }, at) => (
          <g key={label} transform={`translate(0 ${at * height})`}>
            <text x="0" y={bar}>{label}</text>
            {values.map((value, index) => {
              const y = index * (bar + gap);
              return (
                <g key={series[index]}>
                  <rect className={tints[index]} x={left} y={y + 2} width={Math.max(1, x(value))} height={bar} />
                  <text className="is-soft" x={left + x(value) + 6} y={y + bar}>{`${series[index]} ${value}/${of}`}</text>
                </g>
              );
            })}
          </g>
        ))}
      </svg>
    </Figure>
  );
}
