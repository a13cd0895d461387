SELECT json_build_object('proposals', json_build_object('nodes', COALESCE(json_agg(json_build_object(
         'id', p.id, 'title', p.title, 'state', p.state, 'createdAt', p.created_at) ORDER BY p.id DESC), '[]')))
FROM (SELECT t.id, t.title, t.state, t.created_at FROM proposals t
      WHERE (t.state = 'OPEN' OR (t.state = 'WITHDRAWN' AND t.published))
        AND EXISTS (SELECT 1 FROM dialogues d
                    WHERE d.id = t.dialogue_id AND d.state IN ('OPEN', 'CLOSED') AND d.visibility = 'PUBLIC')
      ORDER BY t.id DESC LIMIT 50) p
