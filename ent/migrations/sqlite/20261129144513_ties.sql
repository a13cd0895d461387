-- Create "ties" table
CREATE TABLE `ties` (`id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `revision` integer NOT NULL DEFAULT (1), `party_id` uuid NOT NULL, `about_id` uuid NOT NULL, `kind` text NOT NULL, `description` text NOT NULL DEFAULT (''), `begins_at` datetime NOT NULL, `ends_at` datetime NULL, `state` text NOT NULL DEFAULT ('DECLARED'), PRIMARY KEY (`id`));
-- Create index "tie_party_id_id" to table: "ties"
CREATE INDEX `tie_party_id_id` ON `ties` (`party_id`, `id`);
-- Create index "tie_about_id_id" to table: "ties"
CREATE INDEX `tie_about_id_id` ON `ties` (`about_id`, `id`);
