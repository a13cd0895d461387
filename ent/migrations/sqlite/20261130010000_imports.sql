-- Create "import_chunks" table
CREATE TABLE `import_chunks` (`id` uuid NOT NULL, `import_id` uuid NOT NULL, `number` integer NOT NULL, `content` blob NOT NULL, PRIMARY KEY (`id`));
-- Create index "importchunk_import_id_number" to table: "import_chunks"
CREATE UNIQUE INDEX `importchunk_import_id_number` ON `import_chunks` (`import_id`, `number`);
-- Create "imports" table
CREATE TABLE `imports` (`id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `revision` integer NOT NULL DEFAULT (1), `kind` text NOT NULL, `party_id` uuid NULL, `member_id` uuid NOT NULL, `starter_id` uuid NULL, `state` text NOT NULL DEFAULT ('CHECKED'), `sha256` text NOT NULL, `bytes` integer NOT NULL, `options` json NOT NULL, `place` text NOT NULL DEFAULT (''), `counts` json NOT NULL, `fault_count` integer NOT NULL DEFAULT (0), `faults` json NOT NULL, `notes` json NOT NULL, `results` json NOT NULL, `failure` text NOT NULL DEFAULT (''), `started_at` datetime NULL, `finished_at` datetime NULL, `holder` text NOT NULL DEFAULT (''), `held_until` datetime NULL, `attempts` integer NOT NULL DEFAULT (0), `progress` json NULL, PRIMARY KEY (`id`));
-- Create index "imported_party_id_id" to table: "imports"
CREATE INDEX `imported_party_id_id` ON `imports` (`party_id`, `id`);
-- Create index "imported_member_id_id" to table: "imports"
CREATE INDEX `imported_member_id_id` ON `imports` (`member_id`, `id`);
-- Create index "imported_state_created_at" to table: "imports"
CREATE INDEX `imported_state_created_at` ON `imports` (`state`, `created_at`);
