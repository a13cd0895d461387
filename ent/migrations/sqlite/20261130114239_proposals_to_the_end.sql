-- Disable the enforcement of foreign-keys constraints
PRAGMA foreign_keys = off;
-- Create "new_dialogues" table
CREATE TABLE `new_dialogues` (`id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `revision` integer NOT NULL DEFAULT (1), `reference` text NULL, `title` text NOT NULL, `brief` text NOT NULL DEFAULT (''), `convenor_id` uuid NOT NULL, `visibility` text NOT NULL DEFAULT ('PUBLIC'), `state` text NOT NULL DEFAULT ('DRAFT'), `languages` json NULL, `time_zone` text NOT NULL DEFAULT ('UTC'), `round` integer NOT NULL DEFAULT (1), `outcome` text NOT NULL DEFAULT (''), `opened_at` datetime NULL, `closed_at` datetime NULL, `sponsors` integer NOT NULL DEFAULT (0), `sponsor_chambers` json NULL, `source` text NOT NULL DEFAULT (''), PRIMARY KEY (`id`));
-- Copy rows from old table "dialogues" to new temporary table "new_dialogues"
INSERT INTO `new_dialogues` (`id`, `created_at`, `updated_at`, `revision`, `reference`, `title`, `brief`, `convenor_id`, `visibility`, `state`, `languages`, `time_zone`, `round`, `outcome`, `opened_at`, `closed_at`, `source`) SELECT `id`, `created_at`, `updated_at`, `revision`, `reference`, `title`, `brief`, `convenor_id`, `visibility`, `state`, `languages`, `time_zone`, `round`, `outcome`, `opened_at`, `closed_at`, `source` FROM `dialogues`;
-- Drop "dialogues" table after copying rows
DROP TABLE `dialogues`;
-- Rename temporary table "new_dialogues" to "dialogues"
ALTER TABLE `new_dialogues` RENAME TO `dialogues`;
-- Create index "dialogue_reference" to table: "dialogues"
CREATE UNIQUE INDEX `dialogue_reference` ON `dialogues` (`reference`);
-- Create index "dialogue_visibility_state_id" to table: "dialogues"
CREATE INDEX `dialogue_visibility_state_id` ON `dialogues` (`visibility`, `state`, `id`);
-- Create index "dialogue_convenor_id_id" to table: "dialogues"
CREATE INDEX `dialogue_convenor_id_id` ON `dialogues` (`convenor_id`, `id`);
-- Create index "dialogue_updated_at_id" to table: "dialogues"
CREATE INDEX `dialogue_updated_at_id` ON `dialogues` (`updated_at`, `id`);
-- Create index "dialogue_opened_at_id" to table: "dialogues"
CREATE INDEX `dialogue_opened_at_id` ON `dialogues` (`opened_at`, `id`);
-- Create "amendments" table
CREATE TABLE `amendments` (`id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `revision` integer NOT NULL DEFAULT (1), `proposal_id` uuid NOT NULL, `author_id` uuid NOT NULL, `member_id` uuid NOT NULL, `base` integer NOT NULL, `body` text NOT NULL, `state` text NOT NULL DEFAULT ('DRAFT'), `state_reason` text NOT NULL DEFAULT (''), `proposed_at` datetime NULL, `promoted_id` uuid NULL, PRIMARY KEY (`id`));
-- Create index "amendment_proposal_id_id" to table: "amendments"
CREATE INDEX `amendment_proposal_id_id` ON `amendments` (`proposal_id`, `id`);
-- Create index "amendment_author_id_id" to table: "amendments"
CREATE INDEX `amendment_author_id_id` ON `amendments` (`author_id`, `id`);
-- Create index "amendment_updated_at_id" to table: "amendments"
CREATE INDEX `amendment_updated_at_id` ON `amendments` (`updated_at`, `id`);
-- Create "authorships" table
CREATE TABLE `authorships` (`id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `revision` integer NOT NULL DEFAULT (1), `proposal_id` uuid NOT NULL, `party_id` uuid NOT NULL, `member_id` uuid NULL, `state` text NOT NULL DEFAULT ('INVITED'), PRIMARY KEY (`id`));
-- Create index "authorship_proposal_id_party_id" to table: "authorships"
CREATE UNIQUE INDEX `authorship_proposal_id_party_id` ON `authorships` (`proposal_id`, `party_id`);
-- Create index "authorship_party_id_proposal_id" to table: "authorships"
CREATE INDEX `authorship_party_id_proposal_id` ON `authorships` (`party_id`, `proposal_id`);
-- Create index "authorship_updated_at_id" to table: "authorships"
CREATE INDEX `authorship_updated_at_id` ON `authorships` (`updated_at`, `id`);
-- Create "official_responses" table
CREATE TABLE `official_responses` (`id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `revision` integer NOT NULL DEFAULT (1), `proposal_id` uuid NOT NULL, `requester_id` uuid NOT NULL, `addressee_id` uuid NOT NULL, `due_at` datetime NOT NULL, `state` text NOT NULL DEFAULT ('REQUESTED'), `text` text NOT NULL DEFAULT (''), `version` integer NULL, `answered_at` datetime NULL, PRIMARY KEY (`id`));
-- Create index "officialresponse_proposal_id_id" to table: "official_responses"
CREATE INDEX `officialresponse_proposal_id_id` ON `official_responses` (`proposal_id`, `id`);
-- Create index "officialresponse_addressee_id_id" to table: "official_responses"
CREATE INDEX `officialresponse_addressee_id_id` ON `official_responses` (`addressee_id`, `id`);
-- Create index "officialresponse_updated_at_id" to table: "official_responses"
CREATE INDEX `officialresponse_updated_at_id` ON `official_responses` (`updated_at`, `id`);
-- Create "sponsors" table
CREATE TABLE `sponsors` (`id` uuid NOT NULL, `proposal_id` uuid NOT NULL, `party_id` uuid NOT NULL, `version` integer NOT NULL, `created_at` datetime NOT NULL, PRIMARY KEY (`id`));
-- Create index "sponsor_proposal_id_party_id" to table: "sponsors"
CREATE UNIQUE INDEX `sponsor_proposal_id_party_id` ON `sponsors` (`proposal_id`, `party_id`);
-- Create index "sponsor_party_id_proposal_id" to table: "sponsors"
CREATE INDEX `sponsor_party_id_proposal_id` ON `sponsors` (`party_id`, `proposal_id`);
-- Enable back the enforcement of foreign-keys constraints
PRAGMA foreign_keys = on;
