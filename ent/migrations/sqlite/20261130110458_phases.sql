-- Disable the enforcement of foreign-keys constraints
PRAGMA foreign_keys = off;
-- Create "new_phases" table
CREATE TABLE `new_phases` (`id` uuid NOT NULL, `dialogue_id` uuid NOT NULL, `round` integer NOT NULL DEFAULT (1), `position` integer NOT NULL, `kind` text NOT NULL, `opens_at` datetime NOT NULL, `closes_at` datetime NULL, `may_comment` bool NOT NULL DEFAULT (false), `may_vote` bool NOT NULL DEFAULT (false), `may_propose` bool NOT NULL DEFAULT (false), `may_amend` bool NOT NULL DEFAULT (false), `may_ballot` bool NOT NULL DEFAULT (false), `takes_late_comments` bool NOT NULL DEFAULT (false), `began_at` datetime NULL, `ended_at` datetime NULL, PRIMARY KEY (`id`));
-- Copy rows from old table "phases" to new temporary table "new_phases"
INSERT INTO `new_phases` (`id`, `dialogue_id`, `position`, `kind`, `opens_at`, `closes_at`, `may_comment`, `may_vote`, `may_propose`, `may_amend`, `may_ballot`) SELECT `id`, `dialogue_id`, `position`, `kind`, `opens_at`, `closes_at`, `may_comment`, `may_vote`, `may_propose`, `may_amend`, `may_ballot` FROM `phases`;
-- Drop "phases" table after copying rows
DROP TABLE `phases`;
-- Rename temporary table "new_phases" to "phases"
ALTER TABLE `new_phases` RENAME TO `phases`;
-- Create index "phase_dialogue_id_position" to table: "phases"
CREATE UNIQUE INDEX `phase_dialogue_id_position` ON `phases` (`dialogue_id`, `position`);
-- Create index "phase_ended_at_opens_at" to table: "phases"
CREATE INDEX `phase_ended_at_opens_at` ON `phases` (`ended_at`, `opens_at`);
-- Create "new_comments" table
CREATE TABLE `new_comments` (`id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `revision` integer NOT NULL DEFAULT (1), `subject_type` text NOT NULL, `subject_id` uuid NOT NULL, `dialogue_id` uuid NULL, `parent_id` uuid NULL, `depth` integer NOT NULL DEFAULT (0), `thread_id` uuid NULL, `path` text NOT NULL DEFAULT (''), `author_id` uuid NOT NULL, `member_id` uuid NULL, `body` text NOT NULL, `stance` text NOT NULL DEFAULT ('NEUTRAL'), `language` text NOT NULL DEFAULT ('en'), `phase_id` uuid NULL, `late` integer NOT NULL DEFAULT (0), `version` integer NULL, `quote_start` integer NULL, `quote_end` integer NULL, `quote_version` integer NULL, `quote_text` text NOT NULL DEFAULT (''), `state` text NOT NULL DEFAULT ('VISIBLE'), `state_reason` text NOT NULL DEFAULT (''), `edited_at` datetime NULL, `agrees` integer NOT NULL DEFAULT (0), `disagrees` integer NOT NULL DEFAULT (0), `passes` integer NOT NULL DEFAULT (0), PRIMARY KEY (`id`));
-- Copy rows from old table "comments" to new temporary table "new_comments"
INSERT INTO `new_comments` (`id`, `created_at`, `updated_at`, `revision`, `subject_type`, `subject_id`, `dialogue_id`, `parent_id`, `depth`, `thread_id`, `path`, `author_id`, `member_id`, `body`, `stance`, `language`, `version`, `quote_start`, `quote_end`, `quote_version`, `quote_text`, `state`, `state_reason`, `edited_at`, `agrees`, `disagrees`, `passes`) SELECT `id`, `created_at`, `updated_at`, `revision`, `subject_type`, `subject_id`, `dialogue_id`, `parent_id`, `depth`, `thread_id`, `path`, `author_id`, `member_id`, `body`, `stance`, `language`, `version`, `quote_start`, `quote_end`, `quote_version`, `quote_text`, `state`, `state_reason`, `edited_at`, `agrees`, `disagrees`, `passes` FROM `comments`;
-- Drop "comments" table after copying rows
DROP TABLE `comments`;
-- Rename temporary table "new_comments" to "comments"
ALTER TABLE `new_comments` RENAME TO `comments`;
-- Create index "comment_subject_id_depth_id" to table: "comments"
CREATE INDEX `comment_subject_id_depth_id` ON `comments` (`subject_id`, `depth`, `id`);
-- Create index "comment_subject_id_depth_late_id" to table: "comments"
CREATE INDEX `comment_subject_id_depth_late_id` ON `comments` (`subject_id`, `depth`, `late`, `id`);
-- Create index "comment_subject_id_depth_late_agrees_id" to table: "comments"
CREATE INDEX `comment_subject_id_depth_late_agrees_id` ON `comments` (`subject_id`, `depth`, `late`, `agrees` DESC, `id` DESC);
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
-- Phases that are there belong to the present round, and begin and end without an act that says so again
UPDATE phases SET round = (SELECT d.round FROM dialogues d WHERE d.id = phases.dialogue_id) WHERE EXISTS (SELECT 1 FROM dialogues d WHERE d.id = phases.dialogue_id);
UPDATE phases SET began_at = opens_at WHERE opens_at <= (CAST(strftime('%s', 'now') AS INTEGER) * 1000000) AND EXISTS (SELECT 1 FROM dialogues d WHERE d.id = phases.dialogue_id AND d.state <> 'DRAFT');
UPDATE phases SET ended_at = COALESCE(closes_at, (SELECT MIN(n.opens_at) FROM phases n WHERE n.dialogue_id = phases.dialogue_id AND n.position > phases.position))
  WHERE began_at IS NOT NULL AND COALESCE(closes_at, (SELECT MIN(n.opens_at) FROM phases n WHERE n.dialogue_id = phases.dialogue_id AND n.position > phases.position)) <= (CAST(strftime('%s', 'now') AS INTEGER) * 1000000);
UPDATE phases SET ended_at = opens_at WHERE began_at IS NOT NULL AND ended_at IS NULL AND EXISTS (SELECT 1 FROM dialogues d WHERE d.id = phases.dialogue_id AND d.state = 'CLOSED');
-- Comments that are there were made in the phase that had begun last; imported ones in none
UPDATE comments SET phase_id = (SELECT p.id FROM phases p WHERE p.dialogue_id = comments.dialogue_id AND p.opens_at <= comments.created_at ORDER BY p.position DESC LIMIT 1)
  WHERE EXISTS (SELECT 1 FROM dialogues d WHERE d.id = comments.dialogue_id AND d.source = '');
-- Enable back the enforcement of foreign-keys constraints
PRAGMA foreign_keys = on;
