-- Disable the enforcement of foreign-keys constraints
PRAGMA foreign_keys = off;
-- Create "sign_offs" table
CREATE TABLE `sign_offs` (`id` uuid NOT NULL, `assessment_id` uuid NOT NULL, `version` integer NOT NULL, `content_hash` text NOT NULL, `capacity` text NOT NULL, `party_id` uuid NOT NULL, `member_id` uuid NOT NULL, `reason` text NOT NULL DEFAULT (''), `signed_at` datetime NOT NULL, PRIMARY KEY (`id`));
-- Create index "signoff_assessment_id_content_hash_member_id" to table: "sign_offs"
CREATE UNIQUE INDEX `signoff_assessment_id_content_hash_member_id` ON `sign_offs` (`assessment_id`, `content_hash`, `member_id`);
-- Who approved an assessment has signed it
INSERT INTO sign_offs (id, assessment_id, version, content_hash, capacity, party_id, member_id, reason, signed_at)
  SELECT id, id, version, content_hash, 'APPROVER', approved_by_id, approver_id, '', approved_at FROM assessments
  WHERE approver_id IS NOT NULL AND approved_by_id IS NOT NULL AND approved_at IS NOT NULL AND content_hash IS NOT NULL;
-- Create "new_assessments" table
CREATE TABLE `new_assessments` (`id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `revision` integer NOT NULL DEFAULT (1), `template_id` uuid NOT NULL, `subject_type` text NOT NULL, `subject_id` uuid NOT NULL, `subject_version` integer NOT NULL, `firm_id` uuid NOT NULL, `member_id` uuid NOT NULL, `reference` text NULL, `title` text NOT NULL, `given` text NOT NULL DEFAULT ('{}'), `evidenced` json NULL, `unplaced` json NULL, `risks` json NOT NULL, `level` integer NULL, `score` integer NOT NULL DEFAULT (0), `state` text NOT NULL DEFAULT ('DRAFT'), `state_reason` text NOT NULL DEFAULT (''), `version` integer NOT NULL DEFAULT (1), `content_hash` text NULL, `opened_at` datetime NULL, `consultation_until` datetime NULL, `approved_at` datetime NULL, `published_at` datetime NULL, PRIMARY KEY (`id`));
-- Copy rows from old table "assessments" to new temporary table "new_assessments"
INSERT INTO `new_assessments` (`id`, `created_at`, `updated_at`, `revision`, `template_id`, `subject_type`, `subject_id`, `subject_version`, `firm_id`, `member_id`, `reference`, `title`, `given`, `evidenced`, `unplaced`, `risks`, `level`, `score`, `state`, `state_reason`, `version`, `content_hash`, `approved_at`, `published_at`) SELECT `id`, `created_at`, `updated_at`, `revision`, `template_id`, `subject_type`, `subject_id`, `subject_version`, `firm_id`, `member_id`, `reference`, `title`, `given`, `evidenced`, `unplaced`, `risks`, `level`, `score`, `state`, `state_reason`, `version`, `content_hash`, `approved_at`, `published_at` FROM `assessments`;
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
-- What was published has been seen by all; what was not goes through a consultation first
UPDATE assessments SET opened_at = published_at WHERE published_at IS NOT NULL;
UPDATE assessments SET state = 'DRAFT', approved_at = NULL WHERE state IN ('IN_REVIEW', 'CHANGES_REQUESTED', 'APPROVED');
-- Create "assessment_authors" table
CREATE TABLE `assessment_authors` (`id` uuid NOT NULL, `assessment_id` uuid NOT NULL, `member_id` uuid NOT NULL, PRIMARY KEY (`id`));
-- Create index "assessmentauthor_assessment_id_member_id" to table: "assessment_authors"
CREATE UNIQUE INDEX `assessmentauthor_assessment_id_member_id` ON `assessment_authors` (`assessment_id`, `member_id`);
-- Create "opinions" table
CREATE TABLE `opinions` (`id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `revision` integer NOT NULL DEFAULT (1), `assessment_id` uuid NOT NULL, `version` integer NOT NULL, `question` text NOT NULL, `party_id` uuid NOT NULL, `member_id` uuid NOT NULL, `stance` text NOT NULL, `text` text NOT NULL DEFAULT (''), `state` text NOT NULL DEFAULT ('GIVEN'), `reply` text NOT NULL DEFAULT (''), `replier_id` uuid NULL, `answered_at` datetime NULL, PRIMARY KEY (`id`));
-- Create index "opinion_assessment_id_id" to table: "opinions"
CREATE INDEX `opinion_assessment_id_id` ON `opinions` (`assessment_id`, `id`);
-- Create index "opinion_party_id_assessment_id" to table: "opinions"
CREATE INDEX `opinion_party_id_assessment_id` ON `opinions` (`party_id`, `assessment_id`);
-- Create "signers" table
CREATE TABLE `signers` (`id` uuid NOT NULL, `assessment_id` uuid NOT NULL, `capacity` text NOT NULL, `party_id` uuid NOT NULL, `member_id` uuid NULL, `state` text NOT NULL DEFAULT ('APPOINTED'), `reason` text NOT NULL DEFAULT (''), `replaced` bool NOT NULL DEFAULT (false), `appointed_at` datetime NOT NULL, `ended_at` datetime NULL, PRIMARY KEY (`id`));
-- Create index "signer_assessment_id_id" to table: "signers"
CREATE INDEX `signer_assessment_id_id` ON `signers` (`assessment_id`, `id`);
-- Create index "signer_party_id_assessment_id" to table: "signers"
CREATE INDEX `signer_party_id_assessment_id` ON `signers` (`party_id`, `assessment_id`);
-- Enable back the enforcement of foreign-keys constraints
PRAGMA foreign_keys = on;
-- Disable the enforcement of foreign-keys constraints
PRAGMA foreign_keys = off;
-- Create "new_answers" table
CREATE TABLE `new_answers` (`id` uuid NOT NULL, `assessment_id` uuid NOT NULL, `question` text NOT NULL, `version` integer NOT NULL DEFAULT (1), `revision` integer NOT NULL, `latest` bool NOT NULL DEFAULT (true), `value` text NOT NULL, `note` text NOT NULL DEFAULT (''), `author_id` uuid NOT NULL, `answered_at` datetime NOT NULL, PRIMARY KEY (`id`));
-- Copy rows from old table "answers" to new temporary table "new_answers"
INSERT INTO `new_answers` (`id`, `assessment_id`, `question`, `revision`, `latest`, `value`, `note`, `author_id`, `answered_at`) SELECT `id`, `assessment_id`, `question`, `revision`, `latest`, `value`, `note`, `author_id`, `answered_at` FROM `answers`;
-- Drop "answers" table after copying rows
DROP TABLE `answers`;
-- Rename temporary table "new_answers" to "answers"
ALTER TABLE `new_answers` RENAME TO `answers`;
-- Create index "answer_assessment_id_question_revision" to table: "answers"
CREATE UNIQUE INDEX `answer_assessment_id_question_revision` ON `answers` (`assessment_id`, `question`, `revision`);
-- Enable back the enforcement of foreign-keys constraints
PRAGMA foreign_keys = on;
