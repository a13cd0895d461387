import { useTranslation } from 'react-i18next';

import { useFormat } from '#text/format';

interface File {
  id: string;
  name: string;
  mediaType: string;
  bytes: number;
  url: string;
}

export function Files({ files }: { files: readonly File[] }) {
  const { t } = useTranslation();
  const { bytes } = useFormat();
  if (files.length === 0) return null;
  return (
    <section className="stack" aria-label={t('files.title')}>
      <h2>{t('files.title')}</h2>
      <ul className="lines">
        {files.map((file) => (
          <li key={file.id}>
            <a href={file.url} download={file.name}>
              {file.name}
            </a>{' '}
            <span className="meta">{bytes(file.bytes)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
