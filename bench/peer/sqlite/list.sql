SELECT json_object('proposals', json_object('nodes', json_group_array(json(p.node))))
FROM (
  SELECT json_object('id', t.id, 'title', t.title, 'state', t.state,
      'createdAt', strftime('%Y-%m-%dT%H:%M:%fZ', t.created_at / 1000000.0, 'unixepoch')) AS node
  FROM proposals t
  WHERE (t.state = 'OPEN' OR (t.state = 'WITHDRAWN' AND t.published))
    AND EXISTS (SELECT 1 FROM dialogues d WHERE d.id = t.dialogue_id AND d.state IN ('OPEN', 'CLOSED') AND d.visibility = 'PUBLIC')
  ORDER BY t.id DESC LIMIT 50) p
