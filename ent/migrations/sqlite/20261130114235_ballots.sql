-- Create "ballots" table
CREATE TABLE `ballots` (`id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `revision` integer NOT NULL DEFAULT (1), `proposal_id` uuid NOT NULL, `dialogue_id` uuid NOT NULL, `convenor_id` uuid NOT NULL, `version` integer NOT NULL, `content_hash` text NOT NULL, `rule_id` uuid NOT NULL, `rule` text NOT NULL, `rule_hash` text NOT NULL, `secrecy` text NOT NULL, `at_once` bool NOT NULL DEFAULT (false), `state` text NOT NULL DEFAULT ('OPEN'), `state_reason` text NOT NULL DEFAULT (''), `closes_at` datetime NOT NULL, `roll_root` text NOT NULL, `seats` integer NOT NULL, `without_seat` integer NOT NULL DEFAULT (0), `outcome` text NOT NULL DEFAULT (''), `result` text NOT NULL DEFAULT (''), `papers` integer NOT NULL DEFAULT (0), `counted_at` datetime NULL, `answer` text NOT NULL DEFAULT (''), `answered_at` datetime NULL, `shredded` bool NOT NULL DEFAULT (true), PRIMARY KEY (`id`));
-- Create index "ballot_proposal_id_id" to table: "ballots"
CREATE INDEX `ballot_proposal_id_id` ON `ballots` (`proposal_id`, `id`);
-- Create index "ballot_dialogue_id_id" to table: "ballots"
CREATE INDEX `ballot_dialogue_id_id` ON `ballots` (`dialogue_id`, `id`);
-- Create index "ballot_state_closes_at" to table: "ballots"
CREATE INDEX `ballot_state_closes_at` ON `ballots` (`state`, `closes_at`);
-- Create "ballot_keys" table
CREATE TABLE `ballot_keys` (`id` uuid NOT NULL, `sealed` blob NOT NULL, PRIMARY KEY (`id`));
-- Create "ballot_papers" table
CREATE TABLE `ballot_papers` (`id` uuid NOT NULL, `ballot_id` uuid NOT NULL, `party_id` uuid NULL, `tracker` text NOT NULL DEFAULT (''), `leaf` text NOT NULL, `choice` text NOT NULL, `reason` text NOT NULL DEFAULT (''), `reasoned` bool NOT NULL DEFAULT (false), PRIMARY KEY (`id`));
-- Create index "ballotpaper_ballot_id_id" to table: "ballot_papers"
CREATE INDEX `ballotpaper_ballot_id_id` ON `ballot_papers` (`ballot_id`, `id`);
-- Create index "ballotpaper_party_id" to table: "ballot_papers"
CREATE INDEX `ballotpaper_party_id` ON `ballot_papers` (`party_id`);
-- Create "ballot_seats" table
CREATE TABLE `ballot_seats` (`id` uuid NOT NULL, `ballot_id` uuid NOT NULL, `party_id` uuid NOT NULL, `leaf` text NOT NULL, `revision` integer NOT NULL DEFAULT (0), `proxy_id` uuid NULL, `holder_id` uuid NULL, `recused` bool NOT NULL DEFAULT (false), `recusal` text NOT NULL DEFAULT (''), PRIMARY KEY (`id`));
-- Create index "ballotseat_ballot_id_party_id" to table: "ballot_seats"
CREATE UNIQUE INDEX `ballotseat_ballot_id_party_id` ON `ballot_seats` (`ballot_id`, `party_id`);
-- Create index "ballotseat_party_id" to table: "ballot_seats"
CREATE INDEX `ballotseat_party_id` ON `ballot_seats` (`party_id`);
-- Create index "ballotseat_holder_id_ballot_id" to table: "ballot_seats"
CREATE INDEX `ballotseat_holder_id_ballot_id` ON `ballot_seats` (`holder_id`, `ballot_id`);
-- Create index "ballotseat_ballot_id_id" to table: "ballot_seats"
CREATE INDEX `ballotseat_ballot_id_id` ON `ballot_seats` (`ballot_id`, `id`);
-- Create "roll_objections" table
CREATE TABLE `roll_objections` (`id` uuid NOT NULL, `ballot_id` uuid NOT NULL, `party_id` uuid NOT NULL, `text` text NOT NULL, `created_at` datetime NOT NULL, PRIMARY KEY (`id`));
-- Create index "rollobjection_ballot_id_party_id" to table: "roll_objections"
CREATE UNIQUE INDEX `rollobjection_ballot_id_party_id` ON `roll_objections` (`ballot_id`, `party_id`);
-- Create index "rollobjection_party_id" to table: "roll_objections"
CREATE INDEX `rollobjection_party_id` ON `roll_objections` (`party_id`);
-- Create "sealed_papers" table
CREATE TABLE `sealed_papers` (`id` uuid NOT NULL, `ballot_id` uuid NOT NULL, `revision` integer NOT NULL, `sealed` blob NOT NULL, PRIMARY KEY (`id`));
-- Create index "sealedpaper_ballot_id_id" to table: "sealed_papers"
CREATE INDEX `sealedpaper_ballot_id_id` ON `sealed_papers` (`ballot_id`, `id`);
