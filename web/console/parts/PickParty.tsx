import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { Party as Someone } from '#app/fragments';

import { Field } from './Field';
import { Party } from './Party';
import './PickParty.css';

interface Props {
  id?: string; // of the field of the name
  label: string;
  hint?: string;
  parties: readonly Someone[];
  isWhole?: boolean; // whether these are all that there are
  value: string | null;
  onChange: (id: string) => void;
  onText?: (text: string) => void; // where the server looks for the name
}

const most = 6; // shown at once

// What is typed is found whatever its case and accents.
const plain = (text: string) =>
  text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase();

// PickParty is how a party is named: by its name, of which a part is enough, and then by choosing among those that have it.
export function PickParty({ id, label, hint, parties, isWhole = true, value, onChange, onText }: Props) {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const name = useId();
  const found = parties.filter((one) => one.id === value || plain(`${one.name} ${one.handle}`).includes(plain(text.trim())));
  const chosen = found.filter((one) => one.id === value);
  const shown = [...chosen, ...found.filter((one) => one.id !== value)].slice(0, most);
  const write = (next: string) => {
    setText(next);
    onText?.(next.trim());
  };
  return (
    <div className="stack">
      <Field {...(id ? { id } : {})} label={label} hint={hint}>
        {(control) => (
          <input
            {...control}
            type="search"
            autoComplete="off"
            value={text}
            onChange={({ target }) => write(target.value)}
            onKeyDown={(event) => event.key === 'Enter' && event.preventDefault()}
          />
        )}
      </Field>
      <p className="meta" role="status">
        {shown.length === 0
          ? isWhole && t('pickParty.none')
          : t('pickParty.found', { shown: shown.length, count: found.length })}
      </p>
      {shown.length > 0 && (
        <fieldset className="pick-party">
          <legend className="only-heard">{label}</legend>
          {shown.map((one) => (
            <label key={one.id}>
              <input type="radio" name={name} value={one.id} checked={one.id === value} onChange={() => onChange(one.id)} />
              <Party party={one} isPlain />
            </label>
          ))}
        </fieldset>
      )}
    </div>
  );
}
