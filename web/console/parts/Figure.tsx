import { useId, useRef, useState, useSyncExternalStore, type ReactNode } from 'react';
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
  const [hasFailed, setHasFailed] = useState(false);
  const csv = () => save([columns, ...rows].map((row) => row.map(quoted).join(',')).join('\r\n') + '\r\n', 'text/csv', `${file}.csv`);
  const svg = () => {
    const drawn = drawing.current?.querySelector('svg');
    if (drawn) save(standalone(drawn, finding), 'image/svg+xml', `${file}.svg`);
  };
  const png = async () => {
    const drawn = drawing.current?.querySelector('svg');
    const blob = drawn && (await painted(drawn, finding).catch(() => null));
    setHasFailed(!blob);
    if (blob) save(blob, 'image/png', `${file}.png`);
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
          <Button look="link" onClick={() => void png()}>
            {t('figure.png')}
          </Button>
        </p>
        <div role="status">{hasFailed && <p className="alarm">{t('figure.failed')}</p>}</div>
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

function save(content: string | Blob, type: string, name: string) {
  const url = URL.createObjectURL(new Blob([content], { type }));
  const link = Object.assign(document.createElement('a'), { href: url, download: name });
  link.click();
  URL.revokeObjectURL(url);
}

const drawnWith = ['fill', 'stroke', 'stroke-width', 'font-size', 'font-weight'] as const;

// standalone is a drawing on the page's paper, with what the sheet gives it here as attributes, and its finding as its title.
function standalone(drawn: SVGSVGElement, finding: string): string {
  const copy = drawn.cloneNode(true) as SVGSVGElement;
  const from = drawn.querySelectorAll('*');
  copy.querySelectorAll('*').forEach((element, index) => {
    const style = getComputedStyle(from[index] as Element);
    for (const name of drawnWith) element.setAttribute(name, style.getPropertyValue(name));
    if (element.tagName === 'text') element.setAttribute('font-family', 'sans-serif');
  });
  const { width, height } = drawn.viewBox.baseVal;
  const made = <Name extends 'title' | 'rect'>(name: Name) => document.createElementNS('http://www.w3.org/2000/svg', name);
  const title = made('title');
  title.textContent = finding;
  const paper = made('rect');
  for (const [name, value] of Object.entries({ width, height, fill: getComputedStyle(document.body).backgroundColor }))
    paper.setAttribute(name, String(value));
  copy.prepend(title, paper);
  copy.setAttribute('width', String(width));
  copy.setAttribute('height', String(height));
  return new XMLSerializer().serializeToString(copy);
}

const fine = 3; // dots of the picture for each of the drawing

// painted is the drawing as a picture. The browser paints it from an address with data, the one kind that the policy allows.
async function painted(drawn: SVGSVGElement, finding: string): Promise<Blob | null> {
  const picture = new Image();
  picture.src = `data:image/svg+xml,${encodeURIComponent(standalone(drawn, finding))}`;
  await picture.decode();
  const { width, height } = drawn.viewBox.baseVal;
  const canvas = Object.assign(document.createElement('canvas'), { width: width * fine, height: height * fine });
  canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return new Promise((done) => canvas.toBlob(done, 'image/png'));
}
