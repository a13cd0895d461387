import { useId, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import type { Failed } from '#app/fragments';
import { useRefusal } from '#text/refusal';

import './Field.css';

interface FieldProps {
  id?: string;
  label: string;
  hint?: ReactNode;
  fault?: string | undefined;
  children: (control: { id: string; 'aria-describedby'?: string; 'aria-invalid'?: true }) => ReactNode;
}

// Field names a control, says what helps, and what is wrong with it.
export function Field({ id, label, hint, fault, children }: FieldProps) {
  const own = useId();
  const control = id ?? own;
  const described = [hint && `${control}-hint`, fault && `${control}-fault`].filter(Boolean).join(' ');
  return (
    <div className="field">
      <label htmlFor={control}>{label}</label>
      {hint && (
        <p className="field-hint" id={`${control}-hint`}>
          {hint}
        </p>
      )}
      {fault && (
        <p className="field-fault" id={`${control}-fault`}>
          {fault}
        </p>
      )}
      {children({
        id: control,
        ...(described ? { 'aria-describedby': described } : {}),
        ...(fault ? { 'aria-invalid': true } : {}),
      })}
    </div>
  );
}

interface ChoiceProps<Value extends string> {
  legend: string;
  name: string;
  value: Value | null;
  options: readonly { value: Value; label: string; mark?: ReactNode }[];
  onChange: (value: Value) => void;
  isLegendHidden?: boolean;
}

// Choice is a row of radio buttons that look like buttons.
export function Choice<Value extends string>({ legend, name, value, options, onChange, isLegendHidden }: ChoiceProps<Value>) {
  return (
    <fieldset className="choice">
      <legend className={isLegendHidden ? 'only-heard' : undefined}>{legend}</legend>
      <div className="choice-row">
        {options.map((option) => (
          <label key={option.value} className="choice-option">
            <input type="radio" name={name} value={option.value} checked={value === option.value} onChange={() => onChange(option.value)} />
            {option.mark}
            {option.label}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

// FaultSummary lists what is wrong with a form, each with a link to its field.
export function FaultSummary({ faults, fields, what }: { faults: readonly Failed[]; fields: Record<string, string>; what: string }) {
  const { t } = useTranslation();
  const refuse = useRefusal();
  if (faults.length === 0) return null;
  return (
    <div className="fault-summary" role="alert">
      <p>
        <b>{what}</b>
      </p>
      <ul>
        {faults.map((fault, index) => {
          const { why, help } = refuse(fault);
          const at = fault.field && fields[fault.field[0] ?? ''];
          return (
            <li key={index}>
              {at ? <a href={`#${at}`}>{why}</a> : why} {help}
            </li>
          );
        })}
      </ul>
      <p>{t('fault.kept')}</p>
    </div>
  );
}
