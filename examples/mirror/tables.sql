-- What the mirror stores. Times are text as the server returns them, RFC 3339 in UTC. Ids are the server's.
-- Each row has the number of the full copy that wrote it last, so that a copy can remove what it did not contain.

CREATE TABLE IF NOT EXISTS parties (
	id TEXT PRIMARY KEY, kind TEXT NOT NULL, name TEXT NOT NULL, handle TEXT NOT NULL, status TEXT NOT NULL, description TEXT,
	created_at TEXT NOT NULL, revision INTEGER NOT NULL, copy INTEGER NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS dialogues (
	id TEXT PRIMARY KEY, convenor TEXT NOT NULL, title TEXT NOT NULL, brief TEXT, visibility TEXT NOT NULL, state TEXT NOT NULL,
	round INTEGER NOT NULL, outcome TEXT, created_at TEXT NOT NULL, updated_at TEXT NOT NULL, revision INTEGER NOT NULL,
	copy INTEGER NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS proposals (
	id TEXT PRIMARY KEY, dialogue TEXT NOT NULL, author TEXT NOT NULL, kind TEXT NOT NULL, title TEXT NOT NULL, summary TEXT,
	body TEXT NOT NULL, language TEXT NOT NULL, state TEXT NOT NULL, state_reason TEXT, version INTEGER NOT NULL,
	content_hash TEXT NOT NULL, created_at TEXT NOT NULL, updated_at TEXT NOT NULL, revision INTEGER NOT NULL, copy INTEGER NOT NULL
) STRICT;

-- parent stays when the comment that was replied to is taken down; it then refers to no row.
CREATE TABLE IF NOT EXISTS comments (
	id TEXT PRIMARY KEY, subject TEXT, parent TEXT, author TEXT NOT NULL, body TEXT, stance TEXT NOT NULL, language TEXT NOT NULL,
	state TEXT NOT NULL, agree INTEGER NOT NULL, disagree INTEGER NOT NULL, pass INTEGER NOT NULL, created_at TEXT NOT NULL,
	updated_at TEXT NOT NULL, revision INTEGER NOT NULL, copy INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS comments_by_subject ON comments (subject);

CREATE TABLE IF NOT EXISTS practices (
	id TEXT PRIMARY KEY, firm TEXT NOT NULL, title TEXT NOT NULL, description TEXT, kind TEXT NOT NULL, state TEXT NOT NULL,
	version INTEGER NOT NULL, created_at TEXT NOT NULL, updated_at TEXT NOT NULL, revision INTEGER NOT NULL, copy INTEGER NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS assessments (
	id TEXT PRIMARY KEY, practice TEXT, title TEXT NOT NULL, template TEXT NOT NULL,
	state TEXT NOT NULL, version INTEGER NOT NULL, content_hash TEXT, created_at TEXT NOT NULL, updated_at TEXT NOT NULL,
	revision INTEGER NOT NULL, copy INTEGER NOT NULL
) STRICT;

-- How far the mirror has got. It is saved in the same transaction as the rows.
CREATE TABLE IF NOT EXISTS place (
	id INTEGER PRIMARY KEY CHECK (id = 1),
	cursor TEXT NOT NULL,  -- of the last act handled; empty during a copy
	head TEXT NOT NULL,    -- the log's end before the current copy began; empty if there is none
	list INTEGER NOT NULL, -- of the current copy: which list, and after which cursor
	after TEXT NOT NULL,
	copy INTEGER NOT NULL, -- number of the last copy that began
	copied_at TEXT NOT NULL, -- when that copy ended, by our clock
	since TEXT NOT NULL -- changes before this time, by the server's clock, have been read
) STRICT;
INSERT OR IGNORE INTO place VALUES (1, '', '', 0, '', 0, '', '');
