-- Disable the enforcement of foreign-keys constraints
PRAGMA foreign_keys = off;
-- Create "new_comments" table
CREATE TABLE `new_comments` (`id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `revision` integer NOT NULL DEFAULT (1), `subject_type` text NOT NULL, `subject_id` uuid NOT NULL, `dialogue_id` uuid NULL, `parent_id` uuid NULL, `depth` integer NOT NULL DEFAULT (0), `thread_id` uuid NULL, `path` text NOT NULL DEFAULT (''), `group_id` uuid NULL, `author_id` uuid NOT NULL, `member_id` uuid NULL, `body` text NOT NULL, `stance` text NOT NULL DEFAULT ('NEUTRAL'), `language` text NOT NULL DEFAULT ('en'), `phase_id` uuid NULL, `late` integer NOT NULL DEFAULT (0), `owed` bool NOT NULL DEFAULT (false), `outcome` text NULL, `version` integer NULL, `quote_start` integer NULL, `quote_end` integer NULL, `quote_version` integer NULL, `quote_text` text NOT NULL DEFAULT (''), `state` text NOT NULL DEFAULT ('VISIBLE'), `state_reason` text NOT NULL DEFAULT (''), `edited_at` datetime NULL, `agrees` integer NOT NULL DEFAULT (0), `disagrees` integer NOT NULL DEFAULT (0), `passes` integer NOT NULL DEFAULT (0), PRIMARY KEY (`id`));
-- Copy rows from old table "comments" to new temporary table "new_comments"
INSERT INTO `new_comments` (`id`, `created_at`, `updated_at`, `revision`, `subject_type`, `subject_id`, `dialogue_id`, `parent_id`, `depth`, `thread_id`, `path`, `author_id`, `member_id`, `body`, `stance`, `language`, `phase_id`, `late`, `owed`, `outcome`, `version`, `quote_start`, `quote_end`, `quote_version`, `quote_text`, `state`, `state_reason`, `edited_at`, `agrees`, `disagrees`, `passes`) SELECT `id`, `created_at`, `updated_at`, `revision`, `subject_type`, `subject_id`, `dialogue_id`, `parent_id`, `depth`, `thread_id`, `path`, `author_id`, `member_id`, `body`, `stance`, `language`, `phase_id`, `late`, `owed`, `outcome`, `version`, `quote_start`, `quote_end`, `quote_version`, `quote_text`, `state`, `state_reason`, `edited_at`, `agrees`, `disagrees`, `passes` FROM `comments`;
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
-- Create index "comment_group_id_id" to table: "comments"
CREATE INDEX `comment_group_id_id` ON `comments` (`group_id`, `id`);
-- Create index "comment_author_id_id" to table: "comments"
CREATE INDEX `comment_author_id_id` ON `comments` (`author_id`, `id`);
-- Create index "comment_dialogue_id_id" to table: "comments"
CREATE INDEX `comment_dialogue_id_id` ON `comments` (`dialogue_id`, `id`);
-- Create index "comment_updated_at_id" to table: "comments"
CREATE INDEX `comment_updated_at_id` ON `comments` (`updated_at`, `id`);
-- Create index "comment_owed" to table: "comments"
CREATE INDEX `comment_owed` ON `comments` (`dialogue_id`, `outcome`, `id`) WHERE owed AND state = 'VISIBLE';
-- Create "comment_bands" table
CREATE TABLE `comment_bands` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `group_id` uuid NOT NULL, `band` integer NOT NULL);
-- Create index "commentband_band" to table: "comment_bands"
CREATE INDEX `commentband_band` ON `comment_bands` (`band`);
-- Create index "commentband_group_id" to table: "comment_bands"
CREATE INDEX `commentband_group_id` ON `comment_bands` (`group_id`);
-- Create "comment_groups" table
CREATE TABLE `comment_groups` (`id` uuid NOT NULL, `subject_id` uuid NOT NULL, `stance` text NOT NULL, `first_id` uuid NOT NULL, `signature` blob NOT NULL, PRIMARY KEY (`id`));
-- Create index "commentgroup_first_id" to table: "comment_groups"
CREATE INDEX `commentgroup_first_id` ON `comment_groups` (`first_id`);
-- Enable back the enforcement of foreign-keys constraints
PRAGMA foreign_keys = on;
