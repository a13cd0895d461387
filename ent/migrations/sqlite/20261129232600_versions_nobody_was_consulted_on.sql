-- Disable the enforcement of foreign-keys constraints
PRAGMA foreign_keys = off;
-- Create "new_assessment_versions" table
CREATE TABLE `new_assessment_versions` (`id` uuid NOT NULL, `assessment_id` uuid NOT NULL, `number` integer NOT NULL, `document` text NOT NULL, `consulted` bool NOT NULL DEFAULT (true), `published` text NOT NULL DEFAULT (''), `content_hash` text NOT NULL, `created_at` datetime NOT NULL, PRIMARY KEY (`id`));
-- Copy rows from old table "assessment_versions" to new temporary table "new_assessment_versions"
INSERT INTO `new_assessment_versions` (`id`, `assessment_id`, `number`, `document`, `published`, `content_hash`, `created_at`) SELECT `id`, `assessment_id`, `number`, `document`, `published`, `content_hash`, `created_at` FROM `assessment_versions`;
-- Drop "assessment_versions" table after copying rows
DROP TABLE `assessment_versions`;
-- Rename temporary table "new_assessment_versions" to "assessment_versions"
ALTER TABLE `new_assessment_versions` RENAME TO `assessment_versions`;
-- Create index "assessmentversion_assessment_id_number" to table: "assessment_versions"
CREATE UNIQUE INDEX `assessmentversion_assessment_id_number` ON `assessment_versions` (`assessment_id`, `number`);
-- What an earlier release handed in was for few to read, but for what it published
UPDATE assessment_versions SET consulted = false WHERE EXISTS (SELECT 1 FROM assessments a WHERE a.id = assessment_versions.assessment_id
  AND (a.opened_at IS NULL OR a.opened_at = a.published_at AND assessment_versions.number < a.version));
-- Enable back the enforcement of foreign-keys constraints
PRAGMA foreign_keys = on;
