SELECT json_build_object('dialogues', json_build_object('nodes', COALESCE(json_agg(json_build_object(
         'id', d.id, 'title', d.title, 'state', d.state, 'proposals', json_build_object('nodes', p.nodes)) ORDER BY d.id DESC), '[]')))
FROM (SELECT id, title, state FROM dialogues
      WHERE state IN ('OPEN', 'CLOSED') AND visibility = 'PUBLIC' ORDER BY id DESC LIMIT 10) d
CROSS JOIN LATERAL (
  SELECT COALESCE(json_agg(json_build_object(
           'id', p.id, 'title', p.title, 'summary', p.summary, 'state', p.state, 'createdAt', p.created_at,
           'comments', json_build_object('nodes', c.nodes)) ORDER BY p.id DESC), '[]') AS nodes
  FROM (SELECT id, title, summary, state, created_at FROM proposals
        WHERE dialogue_id = d.id AND (state = 'OPEN' OR (state = 'WITHDRAWN' AND published)) ORDER BY id DESC LIMIT 5) p
  CROSS JOIN LATERAL (
    SELECT COALESCE(json_agg(json_build_object(
             'id', c.id, 'body', c.body, 'stance', c.stance, 'createdAt', c.created_at,
             'tally', json_build_object('agree', c.agrees, 'disagree', c.disagrees),
             'author', (SELECT json_build_object('id', s.id, 'name', s.name, 'kind', s.kind) FROM stakeholders s WHERE s.id = c.author_id))
           ORDER BY c.id), '[]') AS nodes
    FROM (SELECT id, body, stance, created_at, agrees, disagrees, author_id FROM comments
          WHERE subject_id = p.id AND depth = 0 AND state = 'VISIBLE' ORDER BY id LIMIT 5) c
  ) c
) p
