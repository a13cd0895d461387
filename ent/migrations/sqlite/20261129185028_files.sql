-- Add column "evidenced" to table: "assessments"
ALTER TABLE `assessments` ADD COLUMN `evidenced` json NULL;
-- Create "files" table
CREATE TABLE `files` (`id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `revision` integer NOT NULL DEFAULT (1), `party_id` uuid NOT NULL, `member_id` uuid NOT NULL, `name` text NOT NULL, `media_type` text NOT NULL, `bytes` integer NOT NULL, `sha256` text NOT NULL, `state` text NOT NULL DEFAULT ('UPLOADED'), `subject_type` text NULL, `subject_id` uuid NULL, `part` text NOT NULL DEFAULT (''), `from_version` integer NOT NULL DEFAULT (0), `until_version` integer NOT NULL DEFAULT (0), PRIMARY KEY (`id`));
-- Create index "file_subject_id_id" to table: "files"
CREATE INDEX `file_subject_id_id` ON `files` (`subject_id`, `id`);
-- Create index "file_party_id_state" to table: "files"
CREATE INDEX `file_party_id_state` ON `files` (`party_id`, `state`);
-- Create index "file_state_created_at" to table: "files"
CREATE INDEX `file_state_created_at` ON `files` (`state`, `created_at`);
-- Create index "file_sha256" to table: "files"
CREATE INDEX `file_sha256` ON `files` (`sha256`);
-- Create "file_chunks" table
CREATE TABLE `file_chunks` (`id` uuid NOT NULL, `sha256` text NOT NULL, `number` integer NOT NULL, `content` blob NOT NULL, PRIMARY KEY (`id`));
-- Create index "filechunk_sha256_number" to table: "file_chunks"
CREATE UNIQUE INDEX `filechunk_sha256_number` ON `file_chunks` (`sha256`, `number`);
