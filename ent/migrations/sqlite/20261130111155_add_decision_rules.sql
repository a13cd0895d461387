-- Create "decision_rules" table
CREATE TABLE `decision_rules` (`id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `revision` integer NOT NULL DEFAULT (1), `key` text NOT NULL, `version` integer NOT NULL, `reference` text NOT NULL, `owner_id` uuid NULL, `title` text NOT NULL, `source` text NULL, `document` text NOT NULL, `hash` text NOT NULL, `state` text NOT NULL DEFAULT ('CURRENT'), PRIMARY KEY (`id`));
-- Create index "decisionrule_key_version" to table: "decision_rules"
CREATE UNIQUE INDEX `decisionrule_key_version` ON `decision_rules` (`key`, `version`);
-- Create index "decisionrule_reference" to table: "decision_rules"
CREATE UNIQUE INDEX `decisionrule_reference` ON `decision_rules` (`reference`);
-- Create index "decisionrule_owner_id_id" to table: "decision_rules"
CREATE INDEX `decisionrule_owner_id_id` ON `decision_rules` (`owner_id`, `id`);
-- Create index "decisionrule_updated_at_id" to table: "decision_rules"
CREATE INDEX `decisionrule_updated_at_id` ON `decision_rules` (`updated_at`, `id`);
