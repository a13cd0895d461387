// What somebody writes is kept on the device, by what it is about and for which party, until it is posted.
import { useCallback, useEffect, useRef, useState } from 'react';

const prefix = 'plenary.draft';
const nobody = 'visitor';

export interface Draft {
  key: string;
  subject: string;
  party: string;
  text: string;
}

const keyOf = (subject: string, party: string | null) => `${prefix}:${party ?? nobody}:${subject}`;

function read(key: string): string {
  try {
    return localStorage.getItem(key) ?? '';
  } catch {
    return ''; // the browser keeps nothing for us
  }
}

function write(key: string, text: string) {
  try {
    if (text) localStorage.setItem(key, text);
    else localStorage.removeItem(key);
  } catch {
    // It is still in the field.
  }
}

// drafts lists what is kept on this device.
export function drafts(): Draft[] {
  try {
    return Object.keys(localStorage)
      .filter((key) => key.startsWith(`${prefix}:`))
      .map((key) => {
        const [, party = '', subject = ''] = key.split(':');
        return { key, party, subject, text: read(key) };
      });
  } catch {
    return [];
  }
}

export const forget = (key: string) => write(key, '');

// useDraft keeps a text. What a visitor wrote becomes the party's at sign-in, unless the party has written something there already.
export function useDraft(subject: string, party: string | null) {
  const key = keyOf(subject, party);
  const [text, setText] = useState(() => read(key));
  const current = useRef(key);

  useEffect(() => {
    const visitors = keyOf(subject, null);
    let kept = read(key);
    if (party && !kept && (kept = read(visitors))) {
      write(key, kept);
      write(visitors, '');
    }
    if (current.current !== key || kept) setText(kept);
    current.current = key;
  }, [key, subject, party]);

  const change = useCallback(
    (next: string) => {
      setText(next);
      write(key, next);
    },
    [key],
  );
  return [text, change] as const;
}
