-- Create "frameworks" table
CREATE TABLE `frameworks` (`id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `revision` integer NOT NULL DEFAULT (1), `author_id` uuid NOT NULL, `owner_id` uuid NULL, `writer_id` uuid NOT NULL, `editor_id` uuid NULL, `lineage_id` uuid NOT NULL, `version` integer NOT NULL, `title` text NOT NULL, `scope` text NOT NULL, `content_hash` text NOT NULL, `review_every_months` integer NOT NULL, `review_due_at` datetime NULL, `noted_at` datetime NULL, `state` text NOT NULL DEFAULT ('DRAFT'), `state_reason` text NOT NULL DEFAULT (''), PRIMARY KEY (`id`));
-- Create index "framework_author_id_id" to table: "frameworks"
CREATE INDEX `framework_author_id_id` ON `frameworks` (`author_id`, `id`);
-- Create index "framework_lineage_id_version" to table: "frameworks"
CREATE UNIQUE INDEX `framework_lineage_id_version` ON `frameworks` (`lineage_id`, `version`);
-- Create index "framework_adopted" to table: "frameworks"
CREATE UNIQUE INDEX `framework_adopted` ON `frameworks` (`lineage_id`) WHERE state = 'ADOPTED';
-- Create index "framework_updated_at_id" to table: "frameworks"
CREATE INDEX `framework_updated_at_id` ON `frameworks` (`updated_at`, `id`);
-- Create "principles" table
CREATE TABLE `principles` (`id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `revision` integer NOT NULL DEFAULT (1), `framework_id` uuid NOT NULL, `key` text NOT NULL, `position` integer NOT NULL, `statement` text NOT NULL, `requirement` text NULL, `value` text NULL, `state` text NOT NULL DEFAULT ('PRESENT'), PRIMARY KEY (`id`));
-- Create index "principle_framework_id_key" to table: "principles"
CREATE UNIQUE INDEX `principle_framework_id_key` ON `principles` (`framework_id`, `key`);
