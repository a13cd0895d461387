-- Disable the enforcement of foreign-keys constraints
PRAGMA foreign_keys = off;
-- Create "new_comments" table
CREATE TABLE `new_comments` (`id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `revision` integer NOT NULL DEFAULT (1), `subject_type` text NOT NULL, `subject_id` uuid NOT NULL, `dialogue_id` uuid NULL, `parent_id` uuid NULL, `depth` integer NOT NULL DEFAULT (0), `thread_id` uuid NULL, `path` text NOT NULL DEFAULT (''), `author_id` uuid NOT NULL, `member_id` uuid NULL, `body` text NOT NULL, `stance` text NOT NULL DEFAULT ('NEUTRAL'), `language` text NOT NULL DEFAULT ('en'), `phase_id` uuid NULL, `late` integer NOT NULL DEFAULT (0), `owed` bool NOT NULL DEFAULT (false), `outcome` text NULL, `version` integer NULL, `quote_start` integer NULL, `quote_end` integer NULL, `quote_version` integer NULL, `quote_text` text NOT NULL DEFAULT (''), `state` text NOT NULL DEFAULT ('VISIBLE'), `state_reason` text NOT NULL DEFAULT (''), `edited_at` datetime NULL, `agrees` integer NOT NULL DEFAULT (0), `disagrees` integer NOT NULL DEFAULT (0), `passes` integer NOT NULL DEFAULT (0), PRIMARY KEY (`id`));
-- Copy rows from old table "comments" to new temporary table "new_comments"
INSERT INTO `new_comments` (`id`, `created_at`, `updated_at`, `revision`, `subject_type`, `subject_id`, `dialogue_id`, `parent_id`, `depth`, `thread_id`, `path`, `author_id`, `member_id`, `body`, `stance`, `language`, `phase_id`, `late`, `version`, `quote_start`, `quote_end`, `quote_version`, `quote_text`, `state`, `state_reason`, `edited_at`, `agrees`, `disagrees`, `passes`) SELECT `id`, `created_at`, `updated_at`, `revision`, `subject_type`, `subject_id`, `dialogue_id`, `parent_id`, `depth`, `thread_id`, `path`, `author_id`, `member_id`, `body`, `stance`, `language`, `phase_id`, `late`, `version`, `quote_start`, `quote_end`, `quote_version`, `quote_text`, `state`, `state_reason`, `edited_at`, `agrees`, `disagrees`, `passes` FROM `comments`;
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
-- Create index "comment_owed" to table: "comments"
CREATE INDEX `comment_owed` ON `comments` (`dialogue_id`, `outcome`, `id`) WHERE owed AND state = 'VISIBLE';
-- Create "comment_translations" table
CREATE TABLE `comment_translations` (`id` uuid NOT NULL, `comment_id` uuid NOT NULL, `language` text NOT NULL, `party_id` uuid NOT NULL, `member_id` uuid NOT NULL, `body` text NOT NULL, `created_at` datetime NOT NULL, PRIMARY KEY (`id`));
-- Create index "commenttranslation_comment_id_language_party_id" to table: "comment_translations"
CREATE UNIQUE INDEX `commenttranslation_comment_id_language_party_id` ON `comment_translations` (`comment_id`, `language`, `party_id`);
-- Create index "commenttranslation_comment_id_id" to table: "comment_translations"
CREATE INDEX `commenttranslation_comment_id_id` ON `comment_translations` (`comment_id`, `id`);
-- Create index "commenttranslation_party_id_id" to table: "comment_translations"
CREATE INDEX `commenttranslation_party_id_id` ON `comment_translations` (`party_id`, `id`);
-- Create "content_reports" table
CREATE TABLE `content_reports` (`id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `revision` integer NOT NULL DEFAULT (1), `reported_type` text NOT NULL, `reported_id` uuid NOT NULL, `subject_type` text NOT NULL, `subject_id` uuid NOT NULL, `dialogue_id` uuid NULL, `author_id` uuid NOT NULL, `party_id` uuid NOT NULL, `member_id` uuid NOT NULL, `reason` text NOT NULL, `state` text NOT NULL DEFAULT ('OPEN'), PRIMARY KEY (`id`));
-- Create index "contentreport_reported_id_party_id" to table: "content_reports"
CREATE UNIQUE INDEX `contentreport_reported_id_party_id` ON `content_reports` (`reported_id`, `party_id`);
-- Create index "content_report_open" to table: "content_reports"
CREATE INDEX `content_report_open` ON `content_reports` (`reported_id`, `id`) WHERE state = 'OPEN';
-- Create index "contentreport_party_id_created_at" to table: "content_reports"
CREATE INDEX `contentreport_party_id_created_at` ON `content_reports` (`party_id`, `created_at`);
-- Create "dispositions" table
CREATE TABLE `dispositions` (`id` uuid NOT NULL, `comment_id` uuid NOT NULL, `number` integer NOT NULL, `outcome` text NOT NULL, `reason` text NOT NULL, `version_id` uuid NULL, `party_id` uuid NOT NULL, `member_id` uuid NOT NULL, `created_at` datetime NOT NULL, PRIMARY KEY (`id`));
-- Create index "disposition_comment_id_number" to table: "dispositions"
CREATE UNIQUE INDEX `disposition_comment_id_number` ON `dispositions` (`comment_id`, `number`);
-- Create "hidings" table
CREATE TABLE `hidings` (`id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `revision` integer NOT NULL DEFAULT (1), `hidden_type` text NOT NULL, `hidden_id` uuid NOT NULL, `subject_type` text NOT NULL, `subject_id` uuid NOT NULL, `dialogue_id` uuid NULL, `author_id` uuid NOT NULL, `party_id` uuid NULL, `member_id` uuid NULL, `reason` text NOT NULL, `state` text NOT NULL DEFAULT ('HIDDEN'), `appeal` text NOT NULL DEFAULT (''), `appellant_id` uuid NULL, `appealed_at` datetime NULL, `due_at` datetime NULL, `overdue_at` datetime NULL, `decision` text NOT NULL DEFAULT (''), `decided_by` uuid NULL, `decider_id` uuid NULL, `decided_at` datetime NULL, `restored_because` text NOT NULL DEFAULT (''), `restored_at` datetime NULL, PRIMARY KEY (`id`));
-- Create index "hiding_hidden_id_id" to table: "hidings"
CREATE INDEX `hiding_hidden_id_id` ON `hidings` (`hidden_id`, `id`);
-- Create index "hiding_dialogue_id_id" to table: "hidings"
CREATE INDEX `hiding_dialogue_id_id` ON `hidings` (`dialogue_id`, `id`);
-- Create index "hiding_author_id_id" to table: "hidings"
CREATE INDEX `hiding_author_id_id` ON `hidings` (`author_id`, `id`);
-- Create index "hiding_due" to table: "hidings"
CREATE INDEX `hiding_due` ON `hidings` (`due_at`) WHERE state = 'APPEALED' AND overdue_at IS NULL;
-- What is hidden already has its entry in the log of moderation, without who hid it, which no row says.
INSERT INTO hidings (id, created_at, updated_at, revision, hidden_type, hidden_id, subject_type, subject_id, dialogue_id, author_id, reason, state, appeal, decision, restored_because)
SELECT id, updated_at, updated_at, 1, 'COMMENT', id, subject_type, subject_id, dialogue_id, author_id, state_reason, 'HIDDEN', '', '', '' FROM comments WHERE state = 'HIDDEN';
-- Enable back the enforcement of foreign-keys constraints
PRAGMA foreign_keys = on;
