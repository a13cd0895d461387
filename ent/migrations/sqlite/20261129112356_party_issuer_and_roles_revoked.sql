-- Disable the enforcement of foreign-keys constraints
PRAGMA foreign_keys = off;
-- Create "new_revocations" table
CREATE TABLE `new_revocations` (`id` uuid NOT NULL, `issuer` text NOT NULL, `subject` text NOT NULL DEFAULT (''), `token_id` text NOT NULL DEFAULT (''), `role` text NOT NULL DEFAULT (''), `not_before` datetime NOT NULL, `created_at` datetime NOT NULL, PRIMARY KEY (`id`));
-- Copy rows from old table "revocations" to new temporary table "new_revocations"
INSERT INTO `new_revocations` (`id`, `issuer`, `subject`, `token_id`, `not_before`, `created_at`) SELECT `id`, `issuer`, `subject`, `token_id`, `not_before`, `created_at` FROM `revocations`;
-- Drop "revocations" table after copying rows
DROP TABLE `revocations`;
-- Rename temporary table "new_revocations" to "revocations"
ALTER TABLE `new_revocations` RENAME TO `revocations`;
-- Create index "revocation_created_at" to table: "revocations"
CREATE INDEX `revocation_created_at` ON `revocations` (`created_at`);
-- Add column "issuer" to table: "stakeholders"
ALTER TABLE `stakeholders` ADD COLUMN `issuer` text NULL;
-- Enable back the enforcement of foreign-keys constraints
PRAGMA foreign_keys = on;
