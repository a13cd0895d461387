SELECT json_object('dialogues', json_object('nodes', json_group_array(json_object(
         'id', d.id, 'title', d.title, 'state', d.state, 'proposals', json_object('nodes', (
  SELECT json_group_array(json_object(
           'id', p.id, 'title', p.title, 'summary', p.summary, 'state', p.state,
           'createdAt', strftime('%Y-%m-%dT%H:%M:%fZ', p.created_at / 1000000.0, 'unixepoch'), 'comments', json_object('nodes', (
    SELECT json_group_array(json_object(
             'id', c.id, 'body', c.body, 'stance', c.stance,
             'createdAt', strftime('%Y-%m-%dT%H:%M:%fZ', c.created_at / 1000000.0, 'unixepoch'),
             'tally', json_object('agree', c.agrees, 'disagree', c.disagrees),
             'author', (SELECT json_object('id', s.id, 'name', s.name, 'kind', s.kind) FROM stakeholders s WHERE s.id = c.author_id)))
    FROM (SELECT id, body, stance, created_at, agrees, disagrees, author_id FROM comments
          WHERE subject_id = p.id AND depth = 0 AND state = 'VISIBLE' ORDER BY id LIMIT 5) c
  ))))
  FROM (SELECT id, title, summary, state, created_at FROM proposals
        WHERE dialogue_id = d.id AND (state = 'OPEN' OR (state = 'WITHDRAWN' AND published)) ORDER BY id DESC LIMIT 5) p
))))))
FROM (SELECT id, title, state FROM dialogues
      WHERE state IN ('OPEN', 'CLOSED') AND visibility = 'PUBLIC' ORDER BY id DESC LIMIT 10) d
