SELECT json_object('dialogues', json_object('nodes', json_group_array(json(d.node))))
FROM (
  SELECT json_object('id', d.id, 'title', d.title, 'state', d.state, 'proposals', json_object('nodes', (
    SELECT json_group_array(json(p.node))
    FROM (
      SELECT json_object('id', p.id, 'title', p.title, 'summary', p.summary, 'state', p.state,
          'createdAt', strftime('%Y-%m-%dT%H:%M:%fZ', p.created_at / 1000000.0, 'unixepoch'), 'comments', json_object('nodes', (
        SELECT json_group_array(json(c.node))
        FROM (
          SELECT json_object('id', c.id, 'body', c.body, 'stance', c.stance,
              'createdAt', strftime('%Y-%m-%dT%H:%M:%fZ', c.created_at / 1000000.0, 'unixepoch'),
              'tally', json_object('agree', c.agrees, 'disagree', c.disagrees),
              'author', json_object('id', s.id, 'name', s.name, 'kind', s.kind)) AS node
          FROM comments c CROSS JOIN stakeholders s ON s.id = c.author_id
          WHERE c.subject_id = p.id AND c.depth = 0 AND c.state = 'VISIBLE' ORDER BY c.id LIMIT 5) c))) AS node
      FROM proposals p
      WHERE p.dialogue_id = d.id AND (p.state = 'OPEN' OR (p.state = 'WITHDRAWN' AND p.published)) ORDER BY p.id DESC LIMIT 5) p))) AS node
  FROM dialogues d
  WHERE d.state IN ('OPEN', 'CLOSED') AND d.visibility = 'PUBLIC' ORDER BY d.id DESC LIMIT 10) d
