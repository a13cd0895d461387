-- Disable the enforcement of foreign-keys constraints
PRAGMA foreign_keys = off;
-- Create "new_assessments" table
CREATE TABLE `new_assessments` (`id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `revision` integer NOT NULL DEFAULT (1), `template_id` uuid NOT NULL, `subject_type` text NOT NULL, `subject_id` uuid NOT NULL, `subject_version` integer NOT NULL, `firm_id` uuid NOT NULL, `member_id` uuid NOT NULL, `previous_id` uuid NULL, `reference` text NULL, `title` text NOT NULL, `given` text NOT NULL DEFAULT ('{}'), `evidenced` json NULL, `unplaced` json NULL, `risks` json NOT NULL, `redactions` json NULL, `level` integer NULL, `score` integer NOT NULL DEFAULT (0), `state` text NOT NULL DEFAULT ('DRAFT'), `state_reason` text NOT NULL DEFAULT (''), `version` integer NOT NULL DEFAULT (1), `content_hash` text NULL, `opened_at` datetime NULL, `consultation_until` datetime NULL, `next_review_due_at` datetime NULL, `approved_at` datetime NULL, `published_at` datetime NULL, PRIMARY KEY (`id`));
-- Copy rows from old table "assessments" to new temporary table "new_assessments"
INSERT INTO `new_assessments` (`id`, `created_at`, `updated_at`, `revision`, `template_id`, `subject_type`, `subject_id`, `subject_version`, `firm_id`, `member_id`, `reference`, `title`, `given`, `evidenced`, `unplaced`, `risks`, `redactions`, `level`, `score`, `state`, `state_reason`, `version`, `content_hash`, `opened_at`, `consultation_until`, `approved_at`, `published_at`) SELECT `id`, `created_at`, `updated_at`, `revision`, `template_id`, `subject_type`, `subject_id`, `subject_version`, `firm_id`, `member_id`, `reference`, `title`, `given`, `evidenced`, `unplaced`, `risks`, `redactions`, `level`, `score`, `state`, `state_reason`, `version`, `content_hash`, `opened_at`, `consultation_until`, `approved_at`, `published_at` FROM `assessments`;
-- Drop "assessments" table after copying rows
DROP TABLE `assessments`;
-- Rename temporary table "new_assessments" to "assessments"
ALTER TABLE `new_assessments` RENAME TO `assessments`;
-- Create index "assessment_reference" to table: "assessments"
CREATE UNIQUE INDEX `assessment_reference` ON `assessments` (`reference`);
-- Create index "assessment_subject_id_id" to table: "assessments"
CREATE INDEX `assessment_subject_id_id` ON `assessments` (`subject_id`, `id`);
-- Create index "assessment_template_id_id" to table: "assessments"
CREATE INDEX `assessment_template_id_id` ON `assessments` (`template_id`, `id`);
-- Create index "assessment_firm_id_id" to table: "assessments"
CREATE INDEX `assessment_firm_id_id` ON `assessments` (`firm_id`, `id`);
-- Create index "assessment_state_id" to table: "assessments"
CREATE INDEX `assessment_state_id` ON `assessments` (`state`, `id`);
-- Create index "assessment_updated_at_id" to table: "assessments"
CREATE INDEX `assessment_updated_at_id` ON `assessments` (`updated_at`, `id`);
-- Create index "assessment_published_at_id" to table: "assessments"
CREATE INDEX `assessment_published_at_id` ON `assessments` (`published_at`, `id`);
-- Create index "assessment_state_consultation_until" to table: "assessments"
CREATE INDEX `assessment_state_consultation_until` ON `assessments` (`state`, `consultation_until`);
-- Create index "assessment_state_next_review_due_at" to table: "assessments"
CREATE INDEX `assessment_state_next_review_due_at` ON `assessments` (`state`, `next_review_due_at`);
-- Create index "assessment_previous_id" to table: "assessments"
CREATE INDEX `assessment_previous_id` ON `assessments` (`previous_id`);
-- Create "stalenesses" table
CREATE TABLE `stalenesses` (`id` uuid NOT NULL, `assessment_id` uuid NOT NULL, `cause` text NOT NULL, `because` text NOT NULL, `link_type` text NOT NULL, `link_id` uuid NULL, `since` datetime NOT NULL, `resolved_at` datetime NULL, PRIMARY KEY (`id`));
-- Create index "staleness_assessment_id_cause_id" to table: "stalenesses"
CREATE INDEX `staleness_assessment_id_cause_id` ON `stalenesses` (`assessment_id`, `cause`, `id`);
-- Enable back the enforcement of foreign-keys constraints
PRAGMA foreign_keys = on;
