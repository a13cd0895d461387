-- Create "journeys" table
CREATE TABLE `journeys` (`id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `revision` integer NOT NULL DEFAULT (1), `firm_id` uuid NOT NULL, `name` text NOT NULL, `mode` text NOT NULL, `plan_id` uuid NULL, `walked` json NULL, `cases` integer NULL, `other_cases` integer NULL, `mapping` json NULL, `file_hash` text NULL, `state` text NOT NULL DEFAULT ('DRAFT'), `state_reason` text NOT NULL DEFAULT (''), PRIMARY KEY (`id`));
-- Create index "journey_firm_id_id" to table: "journeys"
CREATE INDEX `journey_firm_id_id` ON `journeys` (`firm_id`, `id`);
-- Create index "journey_plan_id_id" to table: "journeys"
CREATE INDEX `journey_plan_id_id` ON `journeys` (`plan_id`, `id`);
-- Create index "journey_updated_at_id" to table: "journeys"
CREATE INDEX `journey_updated_at_id` ON `journeys` (`updated_at`, `id`);
-- Create "touchpoints" table
CREATE TABLE `touchpoints` (`id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `revision` integer NOT NULL DEFAULT (1), `journey_id` uuid NOT NULL, `position` integer NOT NULL, `name` text NOT NULL, `kind` text NOT NULL, `initiator` text NOT NULL, `channel` text NOT NULL, `service_category` text NOT NULL DEFAULT (''), `weight` integer NOT NULL, `stimulus` text NOT NULL DEFAULT (''), `collected_by` text NOT NULL DEFAULT (''), `data_categories` json NULL, `reacts_within` text NOT NULL DEFAULT (''), `keeps_days` integer NULL, `gap_goal` text NOT NULL DEFAULT (''), `gap_goal_due_at` datetime NULL, `state` text NOT NULL DEFAULT ('PRESENT'), PRIMARY KEY (`id`));
-- Create index "touchpoint_journey_id_position_id" to table: "touchpoints"
CREATE INDEX `touchpoint_journey_id_position_id` ON `touchpoints` (`journey_id`, `position`, `id`);
