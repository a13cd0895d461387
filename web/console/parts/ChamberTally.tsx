import { useTranslation } from 'react-i18next';

import type { Chamber } from '#app/fragments';

import { chamberClass, ChamberMark } from './ChamberMark';
import './ChamberTally.css';
import './Party.css';

interface Row {
  chamber: Chamber;
  agree: number | null;
  disagree: number | null;
  pass: number | null;
}

// ChamberTally shows how each chamber answered, as far as that tells of no small group.
export function ChamberTally({ rows }: { rows: readonly Row[] }) {
  const { t } = useTranslation();
  const shown = rows.filter((row) => row.agree !== null || row.disagree !== null || row.pass !== null);
  if (shown.length === 0) return null; // hidden means absent
  const cell = (count: number | null) => count ?? '–';
  return (
    <section className="chamber-tally" aria-labelledby="chamber-tally">
      <h2 id="chamber-tally">{t('tally.byChamber')}</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">{t('ballot.group')}</th>
            <th scope="col">{t('vote.AGREE')}</th>
            <th scope="col">{t('vote.DISAGREE')}</th>
            <th scope="col">{t('vote.PASS')}</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((row) => (
            <tr key={row.chamber}>
              <th scope="row">
                <span className={`party ${chamberClass[row.chamber]}`}>
                  <ChamberMark kind={row.chamber} /> {t(`chambers.${row.chamber}`)}
                </span>
              </th>
              <td>{cell(row.agree)}</td>
              <td>{cell(row.disagree)}</td>
              <td>{cell(row.pass)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {(shown.length < rows.length || shown.some((row) => row.agree === null || row.disagree === null || row.pass === null)) && (
        <p className="meta">{t('tally.small')}</p>
      )}
    </section>
  );
}
