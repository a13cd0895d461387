import { useState } from 'react';

// useFresh counts comments of others where they arrive, whatever is drawn.
export function useFresh(mine: string | undefined) {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  return {
    fresh: ids.size,
    clear: () => setIds(new Set()),
    note(type: string, comment: { id: string; author?: { id: string } } | null | undefined) {
      if (type !== 'COMMENT_POSTED' || !comment || comment.author?.id === mine) return;
      setIds((before) => new Set(before).add(comment.id));
    },
  };
}
