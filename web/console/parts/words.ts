// What changed from one text to another, in words.
export interface Piece {
  op: 'KEEP' | 'DELETE' | 'INSERT';
  text: string;
}

const most = 1_000_000; // comparisons; longer texts are shown whole, one after the other

const wordsOf = (text: string) => [...new Intl.Segmenter(undefined, { granularity: 'word' }).segment(text)].map(({ segment }) => segment);

// changesOf compares two texts by their longest common row of words.
export function changesOf(from: string, to: string): Piece[] {
  const [a, b] = [wordsOf(from), wordsOf(to)];
  if (a.length * b.length > most) return joined([{ op: 'DELETE', text: from }, { op: 'INSERT', text: to }]);
  const common = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1));
  const at = (i: number, j: number) => common[i]?.[j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--) {
    const row = common[i] as Uint32Array;
    for (let j = b.length - 1; j >= 0; j--) row[j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  }
  const pieces: Piece[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      pieces.push({ op: 'KEEP', text: a[i++] ?? '' });
      j++;
    } else if (i < a.length && (j === b.length || at(i + 1, j) >= at(i, j + 1))) pieces.push({ op: 'DELETE', text: a[i++] ?? '' });
    else pieces.push({ op: 'INSERT', text: b[j++] ?? '' });
  }
  return joined(pieces);
}

function joined(pieces: readonly Piece[]): Piece[] {
  const out: Piece[] = [];
  for (const { op, text } of pieces) {
    const last = out.at(-1);
    if (last?.op === op) last.text += text;
    else if (text) out.push({ op, text });
  }
  return out;
}
