import { Figure } from '#parts/Figure';

interface Props {
  title: string;
  finding: string;
  first: string; // the heading of the labels
  series: readonly string[];
  rows: readonly { label: string; values: readonly number[]; of: number }[];
  file: string;
}

const width = 360;
const bar = 14;
const gap = 4;
const head = 22; // for the label above the bars
const room = 16; // between rows
const label = 130; // for what stands behind the longest bar
const tints = ['is-agree', 'is-disagree', 'is-pass', 'is-soft'];

// Bars draws counts as bars from zero, with a direct label on each.
export function Bars({ title, finding, first, series, rows, file }: Props) {
  const most = Math.max(1, ...rows.flatMap(({ of }) => of));
  const height = head + series.length * (bar + gap) + room;
  const x = (n: number) => ((width - label) * n) / most;
  return (
    <Figure title={title} finding={finding} columns={[first, ...series]} rows={rows.map((row) => [row.label, ...row.values])} file={file}>
      <svg viewBox={`0 0 ${width} ${height * rows.length - room}`}>
        {rows.map((row, at) => (
          <g key={row.label} transform={`translate(0 ${at * height})`}>
            <text x="0" y={bar}>
              {row.label}
            </text>
            {row.values.map((value, index) => {
              const y = head + index * (bar + gap);
              return (
                <g key={series[index]}>
                  <rect className={tints[index]} x="0" y={y} width={Math.max(1, x(value))} height={bar} />
                  <text className="is-soft" x={x(value) + 6} y={y + bar - 2}>{`${series[index]} ${value}/${row.of}`}</text>
                </g>
              );
            })}
          </g>
        ))}
      </svg>
    </Figure>
  );
}
