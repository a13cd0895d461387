-- Create "templates" table
CREATE TABLE `templates` (`id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `revision` integer NOT NULL DEFAULT (1), `key` text NOT NULL, `version` integer NOT NULL, `reference` text NOT NULL, `importer_id` uuid NULL, `title` text NOT NULL, `jurisdictions` json NULL, `languages` json NOT NULL, `source` text NULL, `licence` text NULL, `document` text NOT NULL, `content_hash` text NOT NULL, `state` text NOT NULL DEFAULT ('DRAFT'), `activated_at` datetime NULL, `retired_at` datetime NULL, PRIMARY KEY (`id`));
-- Create index "template_key_version" to table: "templates"
CREATE UNIQUE INDEX `template_key_version` ON `templates` (`key`, `version`);
-- Create index "template_reference" to table: "templates"
CREATE UNIQUE INDEX `template_reference` ON `templates` (`reference`);
-- Create index "template_content_hash" to table: "templates"
CREATE UNIQUE INDEX `template_content_hash` ON `templates` (`content_hash`);
-- Create index "template_updated_at_id" to table: "templates"
CREATE INDEX `template_updated_at_id` ON `templates` (`updated_at`, `id`);
