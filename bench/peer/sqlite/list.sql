SELECT json_object('proposals', json_object('nodes', json_group_array(json_object(
         'id', p.id, 'title', p.title, 'state', p.state,
         'createdAt', strftime('%Y-%m-%dT%H:%M:%fZ', p.created_at / 1000000.0, 'unixepoch')))))
FROM (SELECT t.id, t.title, t.state, t.created_at FROM proposals t
      WHERE (t.state = 'OPEN' OR (t.state = 'WITHDRAWN' AND t.published))
        AND EXISTS (SELECT 1 FROM dialogues d
                    WHERE d.id = t.dialogue_id AND d.state IN ('OPEN', 'CLOSED') AND d.visibility = 'PUBLIC' LIMIT 1)
      ORDER BY t.id DESC LIMIT 50) p
