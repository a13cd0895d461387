-- Disable the enforcement of foreign-keys constraints
PRAGMA foreign_keys = off;
-- Create "new_stakeholders" table
CREATE TABLE `new_stakeholders` (`id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `revision` integer NOT NULL DEFAULT (1), `kind` text NOT NULL, `name` text NOT NULL, `name_key` text NULL, `name_skeleton` text NULL, `handle` text NOT NULL, `issuer` text NULL, `jurisdictions` json NULL, `description` text NOT NULL DEFAULT (''), `status` text NOT NULL DEFAULT ('PENDING'), `status_reason` text NOT NULL DEFAULT (''), `legal_name` text NOT NULL DEFAULT (''), `sector_code` text NOT NULL DEFAULT (''), `sector_label` text NOT NULL DEFAULT (''), `size_band` text NOT NULL DEFAULT (''), `registration_number` text NOT NULL DEFAULT (''), `website` text NOT NULL DEFAULT (''), `mandate` text NOT NULL DEFAULT (''), `legal_basis` text NOT NULL DEFAULT (''), `mission` text NOT NULL DEFAULT (''), `focus_areas` json NULL, `disciplines` json NULL, `ethics_board` bool NOT NULL DEFAULT (false), PRIMARY KEY (`id`));
-- Copy rows from old table "stakeholders" to new temporary table "new_stakeholders"
INSERT INTO `new_stakeholders` (`id`, `created_at`, `updated_at`, `revision`, `kind`, `name`, `handle`, `issuer`, `jurisdictions`, `description`, `status`, `status_reason`, `legal_name`, `sector_code`, `sector_label`, `size_band`, `registration_number`, `website`, `mandate`, `legal_basis`, `mission`, `focus_areas`, `disciplines`, `ethics_board`) SELECT `id`, `created_at`, `updated_at`, `revision`, `kind`, `name`, `handle`, `issuer`, `jurisdictions`, `description`, `status`, `status_reason`, `legal_name`, `sector_code`, `sector_label`, `size_band`, `registration_number`, `website`, `mandate`, `legal_basis`, `mission`, `focus_areas`, `disciplines`, `ethics_board` FROM `stakeholders`;
-- Drop "stakeholders" table after copying rows
DROP TABLE `stakeholders`;
-- Rename temporary table "new_stakeholders" to "stakeholders"
ALTER TABLE `new_stakeholders` RENAME TO `stakeholders`;
-- Create index "stakeholders_handle_key" to table: "stakeholders"
CREATE UNIQUE INDEX `stakeholders_handle_key` ON `stakeholders` (`handle`);
-- Create index "stakeholder_kind_id" to table: "stakeholders"
CREATE INDEX `stakeholder_kind_id` ON `stakeholders` (`kind`, `id`);
-- Create index "stakeholder_name_key" to table: "stakeholders"
CREATE UNIQUE INDEX `stakeholder_name_key` ON `stakeholders` (`name_key`);
-- Create index "stakeholder_name_skeleton" to table: "stakeholders"
CREATE INDEX `stakeholder_name_skeleton` ON `stakeholders` (`name_skeleton`);
-- Create "new_webhooks" table
CREATE TABLE `new_webhooks` (`id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `revision` integer NOT NULL DEFAULT (1), `stakeholder_id` uuid NOT NULL, `member_id` uuid NOT NULL, `url` text NOT NULL, `description` text NOT NULL DEFAULT (''), `types` json NULL, `dialogue_id` uuid NULL, `scheme` text NOT NULL, `public_key` text NOT NULL DEFAULT (''), `secret` blob NULL, `previous_secret` blob NULL, `previous_until` datetime NULL, `state` text NOT NULL DEFAULT ('PENDING'), `state_reason` text NOT NULL DEFAULT (''), `verified_at` datetime NULL, `challenge_at` datetime NULL, `challenge_attempt` integer NOT NULL DEFAULT (0), `position` integer NOT NULL DEFAULT (0), `replay_position` integer NOT NULL DEFAULT (0), `replay_until` integer NOT NULL DEFAULT (0), `delivered_seq` integer NOT NULL DEFAULT (0), `delivered_at` datetime NULL, `attempt` integer NOT NULL DEFAULT (0), `attempt_act` uuid NULL, `due_at` datetime NOT NULL, `failures` integer NOT NULL DEFAULT (0), `failing_since` datetime NULL, `claimed_by` text NOT NULL DEFAULT (''), `slow` bool NOT NULL DEFAULT (false), `claimed_until` datetime NOT NULL, `fence` integer NOT NULL DEFAULT (0), PRIMARY KEY (`id`));
-- Copy rows from old table "webhooks" to new temporary table "new_webhooks"
INSERT INTO `new_webhooks` (`id`, `created_at`, `updated_at`, `revision`, `stakeholder_id`, `member_id`, `url`, `description`, `types`, `dialogue_id`, `scheme`, `public_key`, `secret`, `previous_secret`, `previous_until`, `state`, `state_reason`, `verified_at`, `challenge_at`, `challenge_attempt`, `position`, `replay_position`, `replay_until`, `delivered_seq`, `delivered_at`, `attempt`, `attempt_act`, `due_at`, `failures`, `failing_since`, `claimed_by`, `claimed_until`, `fence`) SELECT `id`, `created_at`, `updated_at`, `revision`, `stakeholder_id`, `member_id`, `url`, `description`, `types`, `dialogue_id`, `scheme`, `public_key`, `secret`, `previous_secret`, `previous_until`, `state`, `state_reason`, `verified_at`, `challenge_at`, `challenge_attempt`, `position`, `replay_position`, `replay_until`, `delivered_seq`, `delivered_at`, `attempt`, `attempt_act`, `due_at`, `failures`, `failing_since`, `claimed_by`, `claimed_until`, `fence` FROM `webhooks`;
-- Drop "webhooks" table after copying rows
DROP TABLE `webhooks`;
-- Rename temporary table "new_webhooks" to "webhooks"
ALTER TABLE `new_webhooks` RENAME TO `webhooks`;
-- Create index "webhook_stakeholder_id_id" to table: "webhooks"
CREATE INDEX `webhook_stakeholder_id_id` ON `webhooks` (`stakeholder_id`, `id`);
-- Create index "webhook_state_due_at" to table: "webhooks"
CREATE INDEX `webhook_state_due_at` ON `webhooks` (`state`, `due_at`);
-- Enable back the enforcement of foreign-keys constraints
PRAGMA foreign_keys = on;
