-- Disable the enforcement of foreign-keys constraints
PRAGMA foreign_keys = off;
-- Create "new_assessment_versions" table
CREATE TABLE `new_assessment_versions` (`id` uuid NOT NULL, `assessment_id` uuid NOT NULL, `number` integer NOT NULL, `document` text NOT NULL, `published` text NOT NULL DEFAULT (''), `content_hash` text NOT NULL, `created_at` datetime NOT NULL, PRIMARY KEY (`id`));
-- Copy rows from old table "assessment_versions" to new temporary table "new_assessment_versions"
INSERT INTO `new_assessment_versions` (`id`, `assessment_id`, `number`, `document`, `content_hash`, `created_at`) SELECT `id`, `assessment_id`, `number`, `document`, `content_hash`, `created_at` FROM `assessment_versions`;
-- Drop "assessment_versions" table after copying rows
DROP TABLE `assessment_versions`;
-- Rename temporary table "new_assessment_versions" to "assessment_versions"
ALTER TABLE `new_assessment_versions` RENAME TO `assessment_versions`;
-- Create index "assessmentversion_assessment_id_number" to table: "assessment_versions"
CREATE UNIQUE INDEX `assessmentversion_assessment_id_number` ON `assessment_versions` (`assessment_id`, `number`);
-- Create "new_files" table
CREATE TABLE `new_files` (`id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `revision` integer NOT NULL DEFAULT (1), `party_id` uuid NOT NULL, `member_id` uuid NOT NULL, `name` text NOT NULL, `media_type` text NOT NULL, `bytes` integer NOT NULL, `sha256` text NOT NULL, `state` text NOT NULL DEFAULT ('UPLOADED'), `subject_type` text NULL, `subject_id` uuid NULL, `withheld` bool NOT NULL DEFAULT (false), `part` text NOT NULL DEFAULT (''), `from_version` integer NOT NULL DEFAULT (0), `until_version` integer NOT NULL DEFAULT (0), PRIMARY KEY (`id`));
-- Copy rows from old table "files" to new temporary table "new_files"
INSERT INTO `new_files` (`id`, `created_at`, `updated_at`, `revision`, `party_id`, `member_id`, `name`, `media_type`, `bytes`, `sha256`, `state`, `subject_type`, `subject_id`, `part`, `from_version`, `until_version`) SELECT `id`, `created_at`, `updated_at`, `revision`, `party_id`, `member_id`, `name`, `media_type`, `bytes`, `sha256`, `state`, `subject_type`, `subject_id`, `part`, `from_version`, `until_version` FROM `files`;
-- Drop "files" table after copying rows
DROP TABLE `files`;
-- Rename temporary table "new_files" to "files"
ALTER TABLE `new_files` RENAME TO `files`;
-- Create index "file_subject_id_id" to table: "files"
CREATE INDEX `file_subject_id_id` ON `files` (`subject_id`, `id`);
-- Create index "file_party_id_state" to table: "files"
CREATE INDEX `file_party_id_state` ON `files` (`party_id`, `state`);
-- Create index "file_state_created_at" to table: "files"
CREATE INDEX `file_state_created_at` ON `files` (`state`, `created_at`);
-- Create index "file_sha256" to table: "files"
CREATE INDEX `file_sha256` ON `files` (`sha256`);
-- Add column "redactions" to table: "assessments"
ALTER TABLE `assessments` ADD COLUMN `redactions` json NULL;
-- Enable back the enforcement of foreign-keys constraints
PRAGMA foreign_keys = on;
