-- Disable the enforcement of foreign-keys constraints
PRAGMA foreign_keys = off;
-- Add column "approved_by_id" to table: "assessments"
ALTER TABLE `assessments` ADD COLUMN `approved_by_id` uuid NULL;
-- Add column "version" to table: "comments"
ALTER TABLE `comments` ADD COLUMN `version` integer NULL;
-- Create "new_practices" table
CREATE TABLE `new_practices` (`id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `revision` integer NOT NULL DEFAULT (1), `firm_id` uuid NOT NULL, `title` text NOT NULL, `description` text NOT NULL DEFAULT (''), `kind` text NOT NULL, `data_categories` json NULL, `affected_groups` json NULL, `state` text NOT NULL DEFAULT ('PROPOSED'), `version` integer NOT NULL DEFAULT (1), `content_hash` text NOT NULL DEFAULT (''), `shown_version` integer NULL, PRIMARY KEY (`id`));
-- Copy rows from old table "practices" to new temporary table "new_practices"
INSERT INTO `new_practices` (`id`, `created_at`, `updated_at`, `revision`, `firm_id`, `title`, `description`, `kind`, `data_categories`, `affected_groups`, `state`, `version`) SELECT `id`, `created_at`, `updated_at`, `revision`, `firm_id`, `title`, `description`, `kind`, `data_categories`, `affected_groups`, `state`, `version` FROM `practices`;
-- Drop "practices" table after copying rows
DROP TABLE `practices`;
-- Rename temporary table "new_practices" to "practices"
ALTER TABLE `new_practices` RENAME TO `practices`;
-- Create index "practice_firm_id_id" to table: "practices"
CREATE INDEX `practice_firm_id_id` ON `practices` (`firm_id`, `id`);
-- Create "practice_versions" table
CREATE TABLE `practice_versions` (`id` uuid NOT NULL, `practice_id` uuid NOT NULL, `number` integer NOT NULL, `title` text NOT NULL, `description` text NOT NULL DEFAULT (''), `kind` text NOT NULL, `data_categories` json NULL, `affected_groups` json NULL, `content_hash` text NOT NULL, `editor_id` uuid NOT NULL, `reason` text NOT NULL DEFAULT (''), `created_at` datetime NOT NULL, PRIMARY KEY (`id`));
-- Create index "practiceversion_practice_id_number" to table: "practice_versions"
CREATE UNIQUE INDEX `practiceversion_practice_id_number` ON `practice_versions` (`practice_id`, `number`);
-- Enable back the enforcement of foreign-keys constraints
PRAGMA foreign_keys = on;
-- The act of the approval says for which party it was given.
UPDATE assessments SET approved_by_id = (SELECT a.stakeholder_id FROM acts a WHERE a.subject_id = assessments.id AND a.type = 'assessment.approved' ORDER BY a.seq DESC LIMIT 1) WHERE approved_at IS NOT NULL;
