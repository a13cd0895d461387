import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { useSession } from '#app/session';
import { useFormat } from '#text/format';

import { Button } from './Button';
import { Field } from './Field';

export interface Attached {
  id: string;
  name: string;
  bytes: number;
}

const codes = ['FILE_TYPE', 'FILE_CUT_OFF', 'FILE_UNSAFE', 'FILE_TOO_LARGE', 'FILE_DIGEST', 'FILE_NAME', 'LIMIT_REACHED', 'other'] as const;

// Attach sends files at once, and holds their ids until the form around it is sent.
export function Attach({ files, onChange }: { files: readonly Attached[]; onChange: (files: readonly Attached[]) => void }) {
  const { t } = useTranslation();
  const { bytes } = useFormat();
  const { post } = useSession();
  const [isBusy, setIsBusy] = useState(false);
  const [fault, setFault] = useState<string | undefined>();
  const take = async (chosen: readonly File[]) => {
    setIsBusy(true);
    setFault(undefined);
    let all = files;
    for (const file of chosen) {
      const answer = await upload(post, file).catch(() => ({ code: 'other' as const }));
      if ('code' in answer) setFault(t(`attach.fault.${codes.find((code) => code === answer.code) ?? 'other'}`, { name: file.name }));
      else if (!all.some(({ id }) => id === answer.id)) all = [...all, answer];
    }
    onChange(all);
    setIsBusy(false);
  };
  return (
    <div className="stack" aria-busy={isBusy || undefined}>
      <Field label={t('attach.label')} hint={t('attach.hint')} fault={fault}>
        {(control) => (
          <input
            {...control}
            type="file"
            multiple
            onChange={({ target }) => {
              void take([...(target.files ?? [])]);
              target.value = '';
            }}
          />
        )}
      </Field>
      <ul className="lines" role="status">
        {files.map((file) => (
          <li key={file.id}>
            {file.name} <span className="meta">{bytes(file.bytes)}</span>{' '}
            <Button look="link" onClick={() => onChange(files.filter(({ id }) => id !== file.id))}>
              {t('attach.remove')} <span className="only-heard">{file.name}</span>
            </Button>
          </li>
        ))}
      </ul>
    </div>
  );
}

async function upload(post: ReturnType<typeof useSession>['post'], file: File): Promise<Attached | { code: string }> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', await file.arrayBuffer()));
  const answer = await post('/files', file, {
    'content-type': file.type || 'application/octet-stream',
    'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(file.name)}`,
    'content-digest': `sha-256=:${btoa(String.fromCharCode(...digest))}:`,
  });
  const body = (await answer.json()) as { file?: Attached; errors?: { extensions?: { code?: string } }[] };
  return body.file ?? { code: body.errors?.[0]?.extensions?.code ?? 'other' };
}
