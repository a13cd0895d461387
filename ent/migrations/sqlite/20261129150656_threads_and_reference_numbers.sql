-- Disable the enforcement of foreign-keys constraints
PRAGMA foreign_keys = off;
-- Create "new_assessments" table
CREATE TABLE `new_assessments` (`id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `revision` integer NOT NULL DEFAULT (1), `practice_id` uuid NOT NULL, `firm_id` uuid NOT NULL, `member_id` uuid NOT NULL, `reference` text NULL, `title` text NOT NULL, `template_key` text NOT NULL, `template_version` text NOT NULL, `answers` json NOT NULL, `risks` json NOT NULL, `state` text NOT NULL DEFAULT ('DRAFT'), `state_reason` text NOT NULL DEFAULT (''), `version` integer NOT NULL DEFAULT (1), `content_hash` text NOT NULL, `approver_id` uuid NULL, `approved_by_id` uuid NULL, `approved_at` datetime NULL, `published_at` datetime NULL, PRIMARY KEY (`id`));
-- Copy rows from old table "assessments" to new temporary table "new_assessments"
INSERT INTO `new_assessments` (`id`, `created_at`, `updated_at`, `revision`, `practice_id`, `firm_id`, `member_id`, `title`, `template_key`, `template_version`, `answers`, `risks`, `state`, `state_reason`, `version`, `content_hash`, `approver_id`, `approved_by_id`, `approved_at`, `published_at`) SELECT `id`, `created_at`, `updated_at`, `revision`, `practice_id`, `firm_id`, `member_id`, `title`, `template_key`, `template_version`, `answers`, `risks`, `state`, `state_reason`, `version`, `content_hash`, `approver_id`, `approved_by_id`, `approved_at`, `published_at` FROM `assessments`;
-- Drop "assessments" table after copying rows
DROP TABLE `assessments`;
-- Rename temporary table "new_assessments" to "assessments"
ALTER TABLE `new_assessments` RENAME TO `assessments`;
-- Create index "assessment_reference" to table: "assessments"
CREATE UNIQUE INDEX `assessment_reference` ON `assessments` (`reference`);
-- Create index "assessment_practice_id_id" to table: "assessments"
CREATE INDEX `assessment_practice_id_id` ON `assessments` (`practice_id`, `id`);
-- Create index "assessment_firm_id_id" to table: "assessments"
CREATE INDEX `assessment_firm_id_id` ON `assessments` (`firm_id`, `id`);
-- Create index "assessment_state_id" to table: "assessments"
CREATE INDEX `assessment_state_id` ON `assessments` (`state`, `id`);
-- Create index "assessment_updated_at_id" to table: "assessments"
CREATE INDEX `assessment_updated_at_id` ON `assessments` (`updated_at`, `id`);
-- Create index "assessment_published_at_id" to table: "assessments"
CREATE INDEX `assessment_published_at_id` ON `assessments` (`published_at`, `id`);
-- Create "new_comments" table
CREATE TABLE `new_comments` (`id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `revision` integer NOT NULL DEFAULT (1), `subject_type` text NOT NULL, `subject_id` uuid NOT NULL, `dialogue_id` uuid NULL, `parent_id` uuid NULL, `depth` integer NOT NULL DEFAULT (0), `thread_id` uuid NULL, `path` text NOT NULL DEFAULT (''), `author_id` uuid NOT NULL, `member_id` uuid NULL, `body` text NOT NULL, `stance` text NOT NULL DEFAULT ('NEUTRAL'), `language` text NOT NULL DEFAULT ('en'), `version` integer NULL, `quote_start` integer NULL, `quote_end` integer NULL, `quote_version` integer NULL, `quote_text` text NOT NULL DEFAULT (''), `state` text NOT NULL DEFAULT ('VISIBLE'), `state_reason` text NOT NULL DEFAULT (''), `edited_at` datetime NULL, `agrees` integer NOT NULL DEFAULT (0), `disagrees` integer NOT NULL DEFAULT (0), `passes` integer NOT NULL DEFAULT (0), PRIMARY KEY (`id`));
-- Copy rows from old table "comments" to new temporary table "new_comments"
INSERT INTO `new_comments` (`id`, `created_at`, `updated_at`, `revision`, `subject_type`, `subject_id`, `dialogue_id`, `parent_id`, `depth`, `author_id`, `member_id`, `body`, `stance`, `language`, `version`, `quote_start`, `quote_end`, `quote_version`, `quote_text`, `state`, `state_reason`, `edited_at`, `agrees`, `disagrees`, `passes`) SELECT `id`, `created_at`, `updated_at`, `revision`, `subject_type`, `subject_id`, `dialogue_id`, `parent_id`, `depth`, `author_id`, `member_id`, `body`, `stance`, `language`, `version`, `quote_start`, `quote_end`, `quote_version`, `quote_text`, `state`, `state_reason`, `edited_at`, `agrees`, `disagrees`, `passes` FROM `comments`;
-- Drop "comments" table after copying rows
DROP TABLE `comments`;
-- Rename temporary table "new_comments" to "comments"
ALTER TABLE `new_comments` RENAME TO `comments`;
-- Create index "comment_subject_id_depth_id" to table: "comments"
CREATE INDEX `comment_subject_id_depth_id` ON `comments` (`subject_id`, `depth`, `id`);
-- Create index "comment_subject_id_depth_agrees_id" to table: "comments"
CREATE INDEX `comment_subject_id_depth_agrees_id` ON `comments` (`subject_id`, `depth`, `agrees`, `id`);
-- Create index "comment_parent_id_id" to table: "comments"
CREATE INDEX `comment_parent_id_id` ON `comments` (`parent_id`, `id`);
-- Create index "comment_thread_id_path" to table: "comments"
CREATE INDEX `comment_thread_id_path` ON `comments` (`thread_id`, `path`);
-- Create index "comment_author_id_id" to table: "comments"
CREATE INDEX `comment_author_id_id` ON `comments` (`author_id`, `id`);
-- Create index "comment_dialogue_id_id" to table: "comments"
CREATE INDEX `comment_dialogue_id_id` ON `comments` (`dialogue_id`, `id`);
-- Create index "comment_updated_at_id" to table: "comments"
CREATE INDEX `comment_updated_at_id` ON `comments` (`updated_at`, `id`);
-- Create "new_dialogues" table
CREATE TABLE `new_dialogues` (`id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `revision` integer NOT NULL DEFAULT (1), `reference` text NULL, `title` text NOT NULL, `brief` text NOT NULL DEFAULT (''), `convenor_id` uuid NOT NULL, `visibility` text NOT NULL DEFAULT ('PUBLIC'), `state` text NOT NULL DEFAULT ('DRAFT'), `languages` json NULL, `time_zone` text NOT NULL DEFAULT ('UTC'), `round` integer NOT NULL DEFAULT (1), `outcome` text NOT NULL DEFAULT (''), `opened_at` datetime NULL, `closed_at` datetime NULL, `source` text NOT NULL DEFAULT (''), PRIMARY KEY (`id`));
-- Copy rows from old table "dialogues" to new temporary table "new_dialogues"
INSERT INTO `new_dialogues` (`id`, `created_at`, `updated_at`, `revision`, `title`, `brief`, `convenor_id`, `visibility`, `state`, `languages`, `round`, `outcome`, `opened_at`, `closed_at`, `source`) SELECT `id`, `created_at`, `updated_at`, `revision`, `title`, `brief`, `convenor_id`, `visibility`, `state`, `languages`, `round`, `outcome`, `opened_at`, `closed_at`, `source` FROM `dialogues`;
-- Drop "dialogues" table after copying rows
DROP TABLE `dialogues`;
-- Rename temporary table "new_dialogues" to "dialogues"
ALTER TABLE `new_dialogues` RENAME TO `dialogues`;
-- Create index "dialogue_reference" to table: "dialogues"
CREATE UNIQUE INDEX `dialogue_reference` ON `dialogues` (`reference`);
-- Create index "dialogue_visibility_state_id" to table: "dialogues"
CREATE INDEX `dialogue_visibility_state_id` ON `dialogues` (`visibility`, `state`, `id`);
-- Create index "dialogue_convenor_id_id" to table: "dialogues"
CREATE INDEX `dialogue_convenor_id_id` ON `dialogues` (`convenor_id`, `id`);
-- Create index "dialogue_updated_at_id" to table: "dialogues"
CREATE INDEX `dialogue_updated_at_id` ON `dialogues` (`updated_at`, `id`);
-- Create index "dialogue_opened_at_id" to table: "dialogues"
CREATE INDEX `dialogue_opened_at_id` ON `dialogues` (`opened_at`, `id`);
-- Create "new_proposals" table
CREATE TABLE `new_proposals` (`id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `revision` integer NOT NULL DEFAULT (1), `dialogue_id` uuid NOT NULL, `author_id` uuid NOT NULL, `member_id` uuid NOT NULL, `kind` text NOT NULL, `reference` text NULL, `title` text NOT NULL, `summary` text NOT NULL DEFAULT (''), `body` text NOT NULL, `language` text NOT NULL DEFAULT ('en'), `state` text NOT NULL DEFAULT ('DRAFT'), `state_reason` text NOT NULL DEFAULT (''), `published` bool NOT NULL DEFAULT (false), `version` integer NOT NULL DEFAULT (1), `content_hash` text NOT NULL, `submitted_at` datetime NULL, `opened_at` datetime NULL, `opened_version` integer NULL, PRIMARY KEY (`id`));
-- Copy rows from old table "proposals" to new temporary table "new_proposals"
INSERT INTO `new_proposals` (`id`, `created_at`, `updated_at`, `revision`, `dialogue_id`, `author_id`, `member_id`, `kind`, `title`, `summary`, `body`, `language`, `state`, `state_reason`, `published`, `version`, `content_hash`, `submitted_at`, `opened_at`, `opened_version`) SELECT `id`, `created_at`, `updated_at`, `revision`, `dialogue_id`, `author_id`, `member_id`, `kind`, `title`, `summary`, `body`, `language`, `state`, `state_reason`, `published`, `version`, `content_hash`, `submitted_at`, `opened_at`, `opened_version` FROM `proposals`;
-- Drop "proposals" table after copying rows
DROP TABLE `proposals`;
-- Rename temporary table "new_proposals" to "proposals"
ALTER TABLE `new_proposals` RENAME TO `proposals`;
-- Create index "proposal_reference" to table: "proposals"
CREATE UNIQUE INDEX `proposal_reference` ON `proposals` (`reference`);
-- Create index "proposal_dialogue_id_id" to table: "proposals"
CREATE INDEX `proposal_dialogue_id_id` ON `proposals` (`dialogue_id`, `id`);
-- Create index "proposal_author_id_id" to table: "proposals"
CREATE INDEX `proposal_author_id_id` ON `proposals` (`author_id`, `id`);
-- Create index "proposal_state_id" to table: "proposals"
CREATE INDEX `proposal_state_id` ON `proposals` (`state`, `id`);
-- Create index "proposal_updated_at_id" to table: "proposals"
CREATE INDEX `proposal_updated_at_id` ON `proposals` (`updated_at`, `id`);
-- Create index "proposal_opened_at_id" to table: "proposals"
CREATE INDEX `proposal_opened_at_id` ON `proposals` (`opened_at`, `id`);
-- Create index "proposal_dialogue_id_updated_at_id" to table: "proposals"
CREATE INDEX `proposal_dialogue_id_updated_at_id` ON `proposals` (`dialogue_id`, `updated_at`, `id`);
-- Create index "proposal_dialogue_id_opened_at_id" to table: "proposals"
CREATE INDEX `proposal_dialogue_id_opened_at_id` ON `proposals` (`dialogue_id`, `opened_at`, `id`);
-- Create index "stakeholder_updated_at_id" to table: "stakeholders"
CREATE INDEX `stakeholder_updated_at_id` ON `stakeholders` (`updated_at`, `id`);
-- Create index "practice_updated_at_id" to table: "practices"
CREATE INDEX `practice_updated_at_id` ON `practices` (`updated_at`, `id`);
-- Create "counters" table
CREATE TABLE `counters` (`id` text NOT NULL, `value` integer NOT NULL, PRIMARY KEY (`id`));
-- Create "discussions" table
CREATE TABLE `discussions` (`id` uuid NOT NULL, `subject_id` uuid NOT NULL, `part` integer NOT NULL, `comments` integer NOT NULL, PRIMARY KEY (`id`));
-- Create index "discussion_subject_id_part" to table: "discussions"
CREATE UNIQUE INDEX `discussion_subject_id_part` ON `discussions` (`subject_id`, `part`);
-- Create "list_views" table
CREATE TABLE `list_views` (`id` uuid NOT NULL, `entries` blob NOT NULL, `expires_at` datetime NOT NULL, PRIMARY KEY (`id`));
-- Create index "listview_expires_at" to table: "list_views"
CREATE INDEX `listview_expires_at` ON `list_views` (`expires_at`);
-- Say of each reply in which thread it is, and where.
WITH RECURSIVE r (id, thread_id, path) AS (SELECT c.id, c.parent_id, replace(c.id, '-', '') FROM comments c WHERE c.depth = 1 UNION ALL SELECT c.id, r.thread_id, r.path || replace(c.id, '-', '') FROM comments c JOIN r ON c.parent_id = r.id) UPDATE comments SET thread_id = r.thread_id, path = r.path FROM r WHERE comments.id = r.id;
-- Count the comments that are shown on each thing, and in each dialogue.
INSERT INTO discussions (id, subject_id, part, comments) SELECT lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-a' || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6))), s.subject, 0, COUNT(*) FROM (SELECT subject_id AS subject FROM comments WHERE state = 'VISIBLE' UNION ALL SELECT dialogue_id FROM comments WHERE state = 'VISIBLE' AND dialogue_id IS NOT NULL AND dialogue_id <> subject_id) s GROUP BY s.subject;
-- Give what has left its author's hands its number, by the year and in the order in which it first did, as far as acts say when
WITH numbered AS (SELECT id, strftime('%Y', at / 1000000, 'unixepoch') || '/' AS series, ROW_NUMBER() OVER (PARTITION BY strftime('%Y', at / 1000000, 'unixepoch') ORDER BY at, id) AS number
  FROM (SELECT t.id, COALESCE((SELECT MIN(a.at) FROM acts a WHERE a.subject_id = t.id AND a.type IN ('dialogue.opened', 'dialogue.imported')), t.opened_at, t.created_at) AS at FROM dialogues t WHERE t.state <> 'DRAFT') given)
UPDATE dialogues SET reference = numbered.series || numbered.number FROM numbered WHERE numbered.id = dialogues.id;
WITH numbered AS (SELECT id, strftime('%Y', at / 1000000, 'unixepoch') || '/A' AS series, ROW_NUMBER() OVER (PARTITION BY strftime('%Y', at / 1000000, 'unixepoch') ORDER BY at, id) AS number
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
-- Enable back the enforcement of foreign-keys constraints
PRAGMA foreign_keys = on;
