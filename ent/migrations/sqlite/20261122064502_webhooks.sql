-- Create "dead_letters" table
CREATE TABLE `dead_letters` (`id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `revision` integer NOT NULL DEFAULT (1), `webhook_id` uuid NOT NULL, `act_id` uuid NOT NULL, `seq` integer NOT NULL, `event_id` text NOT NULL, `type` text NOT NULL, `attempts` integer NOT NULL, `reason` text NOT NULL, `state` text NOT NULL DEFAULT ('DEAD'), PRIMARY KEY (`id`));
-- Create index "deadletter_webhook_id_id" to table: "dead_letters"
CREATE INDEX `deadletter_webhook_id_id` ON `dead_letters` (`webhook_id`, `id`);
-- Create index "deadletter_webhook_id_act_id" to table: "dead_letters"
CREATE UNIQUE INDEX `deadletter_webhook_id_act_id` ON `dead_letters` (`webhook_id`, `act_id`);
-- Create index "deadletter_webhook_id_state" to table: "dead_letters"
CREATE INDEX `deadletter_webhook_id_state` ON `dead_letters` (`webhook_id`, `state`);
-- Create "webhooks" table
CREATE TABLE `webhooks` (`id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `revision` integer NOT NULL DEFAULT (1), `stakeholder_id` uuid NOT NULL, `member_id` uuid NOT NULL, `url` text NOT NULL, `description` text NOT NULL DEFAULT (''), `types` json NULL, `dialogue_id` uuid NULL, `scheme` text NOT NULL, `public_key` text NOT NULL DEFAULT (''), `secret` blob NULL, `previous_secret` blob NULL, `previous_until` datetime NULL, `state` text NOT NULL DEFAULT ('PENDING'), `state_reason` text NOT NULL DEFAULT (''), `verified_at` datetime NULL, `challenge_at` datetime NULL, `challenge_attempt` integer NOT NULL DEFAULT (0), `position` integer NOT NULL DEFAULT (0), `replay_position` integer NOT NULL DEFAULT (0), `replay_until` integer NOT NULL DEFAULT (0), `delivered_seq` integer NOT NULL DEFAULT (0), `delivered_at` datetime NULL, `attempt` integer NOT NULL DEFAULT (0), `attempt_act` uuid NULL, `due_at` datetime NOT NULL, `failures` integer NOT NULL DEFAULT (0), `failing_since` datetime NULL, `claimed_by` text NOT NULL DEFAULT (''), `claimed_until` datetime NOT NULL, `fence` integer NOT NULL DEFAULT (0), PRIMARY KEY (`id`));
-- Create index "webhook_stakeholder_id_id" to table: "webhooks"
CREATE INDEX `webhook_stakeholder_id_id` ON `webhooks` (`stakeholder_id`, `id`);
-- Create index "webhook_state_due_at" to table: "webhooks"
CREATE INDEX `webhook_state_due_at` ON `webhooks` (`state`, `due_at`);
-- Create "webhook_deliveries" table
CREATE TABLE `webhook_deliveries` (`id` uuid NOT NULL, `webhook_id` uuid NOT NULL, `act_id` uuid NULL, `seq` integer NOT NULL DEFAULT (0), `event_id` text NOT NULL, `type` text NOT NULL, `attempt` integer NOT NULL, `at` datetime NOT NULL, `status_code` integer NULL, `duration_ms` integer NOT NULL, `outcome` text NOT NULL, `detail` text NOT NULL DEFAULT (''), `next_attempt_at` datetime NULL, PRIMARY KEY (`id`));
-- Create index "webhookdelivery_webhook_id_id" to table: "webhook_deliveries"
CREATE INDEX `webhookdelivery_webhook_id_id` ON `webhook_deliveries` (`webhook_id`, `id`);
-- Create index "webhookdelivery_at" to table: "webhook_deliveries"
CREATE INDEX `webhookdelivery_at` ON `webhook_deliveries` (`at`);
