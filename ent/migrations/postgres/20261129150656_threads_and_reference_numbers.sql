-- Modify "assessments" table
ALTER TABLE "assessments" ADD COLUMN "reference" character varying NULL;
-- Create index "assessment_published_at_id" to table: "assessments"
CREATE INDEX "assessment_published_at_id" ON "assessments" ("published_at", "id");
-- Create index "assessment_reference" to table: "assessments"
CREATE UNIQUE INDEX "assessment_reference" ON "assessments" ("reference");
-- Create index "assessment_updated_at_id" to table: "assessments"
CREATE INDEX "assessment_updated_at_id" ON "assessments" ("updated_at", "id");
-- Drop index "comment_updated_at" from table: "comments"
DROP INDEX "comment_updated_at";
-- Modify "comments" table
ALTER TABLE "comments" ADD COLUMN "thread_id" uuid NULL, ADD COLUMN "path" character varying NOT NULL DEFAULT '';
-- Create index "comment_thread_id_path" to table: "comments"
CREATE INDEX "comment_thread_id_path" ON "comments" ("thread_id", "path");
-- Create index "comment_updated_at_id" to table: "comments"
CREATE INDEX "comment_updated_at_id" ON "comments" ("updated_at", "id");
-- Modify "dialogues" table
ALTER TABLE "dialogues" ADD COLUMN "reference" character varying NULL, ADD COLUMN "time_zone" character varying NOT NULL DEFAULT 'UTC';
-- Create index "dialogue_opened_at_id" to table: "dialogues"
CREATE INDEX "dialogue_opened_at_id" ON "dialogues" ("opened_at", "id");
-- Create index "dialogue_reference" to table: "dialogues"
CREATE UNIQUE INDEX "dialogue_reference" ON "dialogues" ("reference");
-- Create index "dialogue_updated_at_id" to table: "dialogues"
CREATE INDEX "dialogue_updated_at_id" ON "dialogues" ("updated_at", "id");
-- Create index "practice_updated_at_id" to table: "practices"
CREATE INDEX "practice_updated_at_id" ON "practices" ("updated_at", "id");
-- Drop index "proposal_updated_at" from table: "proposals"
DROP INDEX "proposal_updated_at";
-- Modify "proposals" table
ALTER TABLE "proposals" ADD COLUMN "reference" character varying NULL;
-- Create index "proposal_dialogue_id_opened_at_id" to table: "proposals"
CREATE INDEX "proposal_dialogue_id_opened_at_id" ON "proposals" ("dialogue_id", "opened_at", "id");
-- Create index "proposal_dialogue_id_updated_at_id" to table: "proposals"
CREATE INDEX "proposal_dialogue_id_updated_at_id" ON "proposals" ("dialogue_id", "updated_at", "id");
-- Create index "proposal_opened_at_id" to table: "proposals"
CREATE INDEX "proposal_opened_at_id" ON "proposals" ("opened_at", "id");
-- Create index "proposal_reference" to table: "proposals"
CREATE UNIQUE INDEX "proposal_reference" ON "proposals" ("reference");
-- Create index "proposal_updated_at_id" to table: "proposals"
CREATE INDEX "proposal_updated_at_id" ON "proposals" ("updated_at", "id");
-- Create index "stakeholder_updated_at_id" to table: "stakeholders"
CREATE INDEX "stakeholder_updated_at_id" ON "stakeholders" ("updated_at", "id");
-- Create "counters" table
CREATE TABLE "counters" ("id" character varying NOT NULL, "value" bigint NOT NULL, PRIMARY KEY ("id"));
-- Create "discussions" table
CREATE TABLE "discussions" ("id" uuid NOT NULL, "subject_id" uuid NOT NULL, "part" bigint NOT NULL, "comments" bigint NOT NULL, PRIMARY KEY ("id"));
-- Create index "discussion_subject_id_part" to table: "discussions"
CREATE UNIQUE INDEX "discussion_subject_id_part" ON "discussions" ("subject_id", "part");
-- Create "list_views" table
CREATE TABLE "list_views" ("id" uuid NOT NULL, "entries" bytea NOT NULL, "expires_at" timestamptz NOT NULL, PRIMARY KEY ("id"));
-- Create index "listview_expires_at" to table: "list_views"
CREATE INDEX "listview_expires_at" ON "list_views" ("expires_at");
-- Say of each reply in which thread it is, and where.
WITH RECURSIVE r (id, thread_id, path) AS (SELECT c.id, c.parent_id, replace(CAST(c.id AS text), '-', '') FROM comments c WHERE c.depth = 1 UNION ALL SELECT c.id, r.thread_id, r.path || replace(CAST(c.id AS text), '-', '') FROM comments c JOIN r ON c.parent_id = r.id) UPDATE comments SET thread_id = r.thread_id, path = r.path FROM r WHERE comments.id = r.id;
-- Count the comments that are shown on each thing, and in each dialogue.
INSERT INTO discussions (id, subject_id, part, comments) SELECT gen_random_uuid(), s.subject, 0, COUNT(*) FROM (SELECT subject_id AS subject FROM comments WHERE state = 'VISIBLE' UNION ALL SELECT dialogue_id FROM comments WHERE state = 'VISIBLE' AND dialogue_id IS NOT NULL AND dialogue_id <> subject_id) s GROUP BY s.subject;
-- Give what has left its author's hands its number, by the year and in the order in which it first did, as far as acts say when
WITH numbered AS (SELECT id, to_char(at AT TIME ZONE 'UTC', 'YYYY') || '/' AS series, ROW_NUMBER() OVER (PARTITION BY to_char(at AT TIME ZONE 'UTC', 'YYYY') ORDER BY at, id) AS number
  FROM (SELECT t.id, COALESCE((SELECT MIN(a.at) FROM acts a WHERE a.subject_id = t.id AND a.type IN ('dialogue.opened', 'dialogue.imported')), t.opened_at, t.created_at) AS at FROM dialogues t WHERE t.state <> 'DRAFT') given)
UPDATE dialogues SET reference = numbered.series || numbered.number FROM numbered WHERE numbered.id = dialogues.id;
WITH numbered AS (SELECT id, to_char(at AT TIME ZONE 'UTC', 'YYYY') || '/A' AS series, ROW_NUMBER() OVER (PARTITION BY to_char(at AT TIME ZONE 'UTC', 'YYYY') ORDER BY at, id) AS number
  FROM (SELECT t.id, COALESCE((SELECT MIN(a.at) FROM acts a WHERE a.subject_id = t.id AND a.type IN ('assessment.submitted')), t.updated_at) AS at FROM assessments t WHERE t.state <> 'DRAFT' OR (SELECT MIN(a.at) FROM acts a WHERE a.subject_id = t.id AND a.type IN ('assessment.submitted')) IS NOT NULL) given)
UPDATE assessments SET reference = numbered.series || numbered.number FROM numbered WHERE numbered.id = assessments.id;
WITH numbered AS (SELECT id, series, ROW_NUMBER() OVER (PARTITION BY series ORDER BY at, id) AS number
  FROM (SELECT t.id, d.reference || '-P' AS series, COALESCE((SELECT MIN(a.at) FROM acts a WHERE a.subject_id = t.id AND a.type IN ('proposal.submitted')), t.submitted_at) AS at
    FROM proposals t JOIN dialogues d ON d.id = t.dialogue_id WHERE t.submitted_at IS NOT NULL AND d.reference IS NOT NULL) given)
UPDATE proposals SET reference = numbered.series || numbered.number FROM numbered WHERE numbered.id = proposals.id;
-- The counters go on from there
INSERT INTO counters (id, value) SELECT substr(reference, 1, 5), COUNT(*) FROM dialogues WHERE reference IS NOT NULL GROUP BY 1;
INSERT INTO counters (id, value) SELECT substr(reference, 1, 6), COUNT(*) FROM assessments WHERE reference IS NOT NULL GROUP BY 1;
INSERT INTO counters (id, value) SELECT d.reference || '-P', COUNT(*) FROM proposals p JOIN dialogues d ON d.id = p.dialogue_id
  WHERE p.reference IS NOT NULL GROUP BY 1;
