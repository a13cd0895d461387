-- Disable the enforcement of foreign-keys constraints
PRAGMA foreign_keys = off;
-- Create "new_links" table
CREATE TABLE `new_links` (`id` uuid NOT NULL, `subject_type` text NOT NULL, `subject_id` uuid NOT NULL, `object_type` text NOT NULL DEFAULT ('PRACTICE'), `object_id` uuid NOT NULL, `practice_id` uuid NULL, `created_at` datetime NOT NULL, PRIMARY KEY (`id`));
-- Copy rows: what was linked so far were dialogues and proposals, with practices, when they were made
INSERT INTO `new_links` (`id`, `subject_type`, `subject_id`, `object_type`, `object_id`, `created_at`) SELECT l.`id`, CASE WHEN d.`id` IS NULL THEN 'PROPOSAL' ELSE 'DIALOGUE' END, l.`subject_id`, 'PRACTICE', l.`practice_id`, COALESCE(d.`created_at`, p.`created_at`, '1970-01-01 00:00:00+00:00') FROM `links` l LEFT JOIN `dialogues` d ON d.`id` = l.`subject_id` LEFT JOIN `proposals` p ON p.`id` = l.`subject_id`;
-- Drop "links" table after copying rows
DROP TABLE `links`;
-- Rename temporary table "new_links" to "links"
ALTER TABLE `new_links` RENAME TO `links`;
-- Create index "link_subject_id_object_id" to table: "links"
CREATE UNIQUE INDEX `link_subject_id_object_id` ON `links` (`subject_id`, `object_id`);
-- Create index "link_object_id_subject_id" to table: "links"
CREATE INDEX `link_object_id_subject_id` ON `links` (`object_id`, `subject_id`);
-- Add column "disclosures" to table: "practices"
ALTER TABLE `practices` ADD COLUMN `disclosures` json NULL;
-- Add column "disclosures" to table: "practice_versions"
ALTER TABLE `practice_versions` ADD COLUMN `disclosures` json NULL;
-- Enable back the enforcement of foreign-keys constraints
PRAGMA foreign_keys = on;
