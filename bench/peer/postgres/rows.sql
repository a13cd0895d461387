SELECT id, title, state FROM dialogues
WHERE state IN ('OPEN', 'CLOSED') AND visibility = 'PUBLIC' ORDER BY id DESC LIMIT 10

SELECT d.n - 1, p.id, p.title, p.summary, p.state, p.created_at
FROM unnest($1::uuid[]) WITH ORDINALITY d (id, n)
CROSS JOIN LATERAL (
  SELECT id, title, summary, state, created_at FROM proposals
  WHERE dialogue_id = d.id AND (state = 'OPEN' OR (state = 'WITHDRAWN' AND published)) ORDER BY id DESC LIMIT 5) p
ORDER BY d.n, p.id DESC

SELECT p.n - 1, c.id, c.body, c.stance, c.created_at, c.agrees, c.disagrees, s.id, s.name, s.kind
FROM unnest($1::uuid[]) WITH ORDINALITY p (id, n)
CROSS JOIN LATERAL (
  SELECT id, body, stance, created_at, agrees, disagrees, author_id FROM comments
  WHERE subject_id = p.id AND depth = 0 AND state = 'VISIBLE' ORDER BY id LIMIT 5) c
JOIN stakeholders s ON s.id = c.author_id
ORDER BY p.n, c.id
