import { useId, useRef, useSyncExternalStore, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { Button } from './Button';
import './Figure.css';

interface Props {
  title: string;
  finding: string; // one sentence, which says of how many
  columns: readonly string[];
  rows: readonly (readonly (string | number)[])[];
  file: string;
  children: ReactNode; // the drawing: an svg
}

// Figure is a finding, its drawing, and the same numbers as a table and as files.
export function Figure({ title, finding, columns, rows, file, children }: Props) {
  const { t } = useTranslation();
  const id = useId();
  const drawing = useRef<HTMLDivElement>(null);
  const csv = () => save([columns, ...rows].map((row) => row.map(quoted).join(',')).join('\r\n') + '\r\n', 'text/csv', `${file}.csv`);
  const svg = () => {
    const drawn = drawing.current?.querySelector('svg');
    if (drawn) save(standalone(drawn), 'image/svg+xml', `${file}.svg`);
  };
  return (
    <figure className="figure" aria-labelledby={id}>
      <figcaption>
        <h3 id={id}>{title}</h3>
        <p className="meta">{finding}</p>
      </figcaption>
      <div ref={drawing} aria-hidden="true">
        {children}
      </div>
      <details>
        <summary>{t('figure.table')}</summary>
        <div className="scrolls">
          <table>
            <thead>
              <tr>
                {columns.map((name) => (
                  <th key={name} scope="col">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((row, at) => (
                <tr key={at}>
                  {row.map((cell, index) => (
                    <td key={index}>{cell}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
        <p className="line-meta">
          <Button look="link" onClick={csv}>
            {t('figure.csv')}
          </Button>
          <Button look="link" onClick={svg}>
            {t('figure.svg')}
          </Button>
        </p>
      </details>
    </figure>
  );
}

const wide = '(min-width: 60rem)';

// Beside is where a figure stands beside the text on a wide screen; on a narrow one it opens when asked for.
export function Beside({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  const isWide = useSyncExternalStore(
    (changed) => {
      const query = matchMedia(wide);
      query.addEventListener('change', changed);
      return () => query.removeEventListener('change', changed);
    },
    () => matchMedia(wide).matches,
  );
  if (isWide) return children;
  return (
    <details className="figures">
      <summary>{t('figure.show')}</summary>
      {children}
    </details>
  );
}

const quoted = (cell: string | number) => (/[",\r\n]|^[=+\-@]/.test(String(cell)) ? `"${String(cell).replace(/"/g, '""')}"` : String(cell));

function save(text: string, type: string, name: string) {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = Object.assign(document.createElement('a'), { href: url, download: name });
  link.click();
  URL.revokeObjectURL(url);
}

// standalone is a drawing with the colours that the sheet gives it here, as attributes.
function standalone(drawn: SVGSVGElement): string {
  const copy = drawn.cloneNode(true) as SVGSVGElement;
  const from = drawn.querySelectorAll('*');
  copy.querySelectorAll('*').forEach((element, index) => {
    const style = getComputedStyle(from[index] as Element);
    element.setAttribute('fill', style.fill);
    if (element.tagName === 'text') element.setAttribute('font-family', 'sans-serif');
  });
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  return new XMLSerializer().serializeToString(copy);
}
