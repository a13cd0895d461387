-- Disable the enforcement of foreign-keys constraints
PRAGMA foreign_keys = off;
-- Create "new_acts" table
CREATE TABLE `new_acts` (`seq` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `type` text NOT NULL, `member_id` uuid NULL, `stakeholder_id` uuid NULL, `subject_type` text NOT NULL, `subject_id` uuid NOT NULL, `subject_revision` integer NOT NULL, `parent_type` text NOT NULL DEFAULT (''), `parent_id` uuid NULL, `dialogue_id` uuid NULL, `audience` text NOT NULL DEFAULT ('SUBJECT'), `policy_version` integer NOT NULL, `at` datetime NOT NULL, `payload` text NOT NULL DEFAULT (''), `salt` blob NOT NULL, `sealed` blob NULL, `commitment` blob NOT NULL, `member_commitment` blob NULL, `entry` blob NULL, `act_id` uuid NOT NULL);
-- Copy rows from old table "acts" to new temporary table "new_acts"
INSERT INTO `new_acts` (`seq`, `type`, `member_id`, `stakeholder_id`, `subject_type`, `subject_id`, `subject_revision`, `dialogue_id`, `audience`, `policy_version`, `at`, `payload`, `salt`, `commitment`, `act_id`) SELECT `seq`, `type`, `member_id`, `stakeholder_id`, `subject_type`, `subject_id`, `subject_revision`, `dialogue_id`, `audience`, `policy_version`, `at`, IFNULL(`payload`, ('')) AS `payload`, `salt`, `commitment`, `act_id` FROM `acts`;
-- Drop "acts" table after copying rows
DROP TABLE `acts`;
-- Rename temporary table "new_acts" to "acts"
ALTER TABLE `new_acts` RENAME TO `acts`;
-- Create index "acts_act_id_key" to table: "acts"
CREATE UNIQUE INDEX `acts_act_id_key` ON `acts` (`act_id`);
-- Create index "act_subject_id_seq" to table: "acts"
CREATE INDEX `act_subject_id_seq` ON `acts` (`subject_id`, `seq`);
-- Create index "act_parent_id_seq" to table: "acts"
CREATE INDEX `act_parent_id_seq` ON `acts` (`parent_id`, `seq`);
-- Create index "act_dialogue_id_seq" to table: "acts"
CREATE INDEX `act_dialogue_id_seq` ON `acts` (`dialogue_id`, `seq`);
-- Create index "act_stakeholder_id_seq" to table: "acts"
CREATE INDEX `act_stakeholder_id_seq` ON `acts` (`stakeholder_id`, `seq`);
-- Create index "act_member_id_seq" to table: "acts"
CREATE INDEX `act_member_id_seq` ON `acts` (`member_id`, `seq`);
-- Create "new_members" table
CREATE TABLE `new_members` (`id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `revision` integer NOT NULL DEFAULT (1), `issuer` text NULL, `subject` text NULL, `stakeholder_id` uuid NULL, PRIMARY KEY (`id`));
-- Copy rows from old table "members" to new temporary table "new_members"
INSERT INTO `new_members` (`id`, `created_at`, `updated_at`, `revision`, `issuer`, `subject`, `stakeholder_id`) SELECT `id`, `created_at`, `updated_at`, `revision`, `issuer`, `subject`, `stakeholder_id` FROM `members`;
-- Drop "members" table after copying rows
DROP TABLE `members`;
-- Rename temporary table "new_members" to "members"
ALTER TABLE `new_members` RENAME TO `members`;
-- Create index "member_issuer_subject" to table: "members"
CREATE UNIQUE INDEX `member_issuer_subject` ON `members` (`issuer`, `subject`);
-- Create index "member_stakeholder_id" to table: "members"
CREATE INDEX `member_stakeholder_id` ON `members` (`stakeholder_id`);
-- Create "new_queued_acts" table
CREATE TABLE `new_queued_acts` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `type` text NOT NULL, `member_id` uuid NULL, `stakeholder_id` uuid NULL, `subject_type` text NOT NULL, `subject_id` uuid NOT NULL, `subject_revision` integer NOT NULL, `parent_type` text NOT NULL DEFAULT (''), `parent_id` uuid NULL, `dialogue_id` uuid NULL, `audience` text NOT NULL DEFAULT ('SUBJECT'), `policy_version` integer NOT NULL, `at` datetime NOT NULL, `payload` text NOT NULL DEFAULT (''), `salt` blob NOT NULL, `sealed` blob NULL, `commitment` blob NOT NULL, `member_commitment` blob NULL, `entry` blob NULL, `act_id` uuid NOT NULL);
-- Copy rows from old table "queued_acts" to new temporary table "new_queued_acts"
INSERT INTO `new_queued_acts` (`id`, `type`, `member_id`, `stakeholder_id`, `subject_type`, `subject_id`, `subject_revision`, `dialogue_id`, `audience`, `policy_version`, `at`, `payload`, `salt`, `commitment`, `act_id`) SELECT `id`, `type`, `member_id`, `stakeholder_id`, `subject_type`, `subject_id`, `subject_revision`, `dialogue_id`, `audience`, `policy_version`, `at`, IFNULL(`payload`, ('')) AS `payload`, `salt`, `commitment`, `act_id` FROM `queued_acts`;
-- Drop "queued_acts" table after copying rows
DROP TABLE `queued_acts`;
-- Rename temporary table "new_queued_acts" to "queued_acts"
ALTER TABLE `new_queued_acts` RENAME TO `queued_acts`;
-- Create "checkpoints" table
CREATE TABLE `checkpoints` (`size` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `root` blob NOT NULL, `note` text NOT NULL, `at` datetime NOT NULL);
-- Create "persons" table
CREATE TABLE `persons` (`id` uuid NOT NULL, `lookup` blob NULL, `identity` blob NULL, `key` blob NULL, `created_at` datetime NOT NULL, `erased_at` datetime NULL, PRIMARY KEY (`id`));
-- Create index "persons_lookup_key" to table: "persons"
CREATE UNIQUE INDEX `persons_lookup_key` ON `persons` (`lookup`);
-- Create "tiles" table
CREATE TABLE `tiles` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `hashes` blob NOT NULL, `root` blob NOT NULL);
-- Enable back the enforcement of foreign-keys constraints
PRAGMA foreign_keys = on;
-- What comments belong to, in the acts on them that are there
UPDATE `acts` SET `parent_type` = lower(c.`subject_type`), `parent_id` = c.`subject_id` FROM `comments` c WHERE `acts`.`subject_type` = 'comment' AND c.`id` = `acts`.`subject_id`;
UPDATE `queued_acts` SET `parent_type` = lower(c.`subject_type`), `parent_id` = c.`subject_id` FROM `comments` c WHERE `queued_acts`.`subject_type` = 'comment' AND c.`id` = `queued_acts`.`subject_id`;
