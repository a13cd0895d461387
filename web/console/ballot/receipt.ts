// A receipt of a paper: the note that the server signed. It is read here to find the paper in a published result.
export interface Receipt {
  ballot: string;
  seat: string;
  revision: string;
  tracker: string | null;
  paper: string;
}

// readReceipt gives what a note says; null if it is none.
export function readReceipt(note: string): Receipt | null {
  const lines = note.split('\n');
  if (lines[0]?.trim() !== 'plenary/ballot-receipt/v1') return null;
  const said = (name: string) =>
    lines
      .find((line) => line.startsWith(`${name} `))
      ?.slice(name.length + 1)
      .trim() ?? '';
  const tracker = said('tracker');
  const receipt = {
    ballot: said('ballot'),
    seat: said('seat'),
    revision: said('revision'),
    tracker: tracker === '-' ? null : tracker,
    paper: said('paper'),
  };
  return receipt.ballot && receipt.seat && receipt.paper ? receipt : null;
}

export type Finding = 'found' | 'altered' | 'absent' | 'other';

// findPaper looks for the receipt's paper in the lines of a result: it hashes each as it stands.
export async function findPaper(receipt: Receipt, file: string, ballot: string): Promise<Finding> {
  if (receipt.ballot !== ballot) return 'other';
  for (const line of file.split('\n')) {
    const value = /^\{"kind":"ballot\.paper","value":(.*)\}$/.exec(line.trim())?.[1];
    if (!value) continue;
    const paper = JSON.parse(value) as { seat?: string; tracker?: string };
    const isMine = receipt.tracker ? paper.tracker === receipt.tracker : paper.seat === receipt.seat;
    if (isMine) return (await sha256(value)) === receipt.paper ? 'found' : 'altered';
  }
  return 'absent';
}

async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

export const freshNonce = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');

// papersFor is how many papers this tab has cast from another party's seat, which the next one names. No more of a paper is kept.
export function papersFor(ballot: string, party: string, cast?: number): number {
  const key = `plenary.papers:${ballot}:${party}`;
  try {
    if (cast !== undefined) sessionStorage.setItem(key, String(cast));
    return Number(sessionStorage.getItem(key) ?? 0);
  } catch {
    return cast ?? 0; // the browser keeps nothing for us
  }
}
