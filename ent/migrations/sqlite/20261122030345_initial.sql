-- Create "acts" table
CREATE TABLE `acts` (`seq` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `type` text NOT NULL, `member_id` uuid NULL, `stakeholder_id` uuid NULL, `subject_type` text NOT NULL, `subject_id` uuid NOT NULL, `subject_revision` integer NOT NULL, `dialogue_id` uuid NULL, `audience` text NOT NULL DEFAULT ('SUBJECT'), `policy_version` integer NOT NULL, `at` datetime NOT NULL, `payload` text NOT NULL, `salt` blob NOT NULL, `commitment` blob NOT NULL, `act_id` uuid NOT NULL);
-- Create index "acts_act_id_key" to table: "acts"
CREATE UNIQUE INDEX `acts_act_id_key` ON `acts` (`act_id`);
-- Create index "act_subject_id_seq" to table: "acts"
CREATE INDEX `act_subject_id_seq` ON `acts` (`subject_id`, `seq`);
-- Create index "act_dialogue_id_seq" to table: "acts"
CREATE INDEX `act_dialogue_id_seq` ON `acts` (`dialogue_id`, `seq`);
-- Create index "act_stakeholder_id_seq" to table: "acts"
CREATE INDEX `act_stakeholder_id_seq` ON `acts` (`stakeholder_id`, `seq`);
-- Create "assessments" table
CREATE TABLE `assessments` (`id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `revision` integer NOT NULL DEFAULT (1), `practice_id` uuid NOT NULL, `firm_id` uuid NOT NULL, `member_id` uuid NOT NULL, `title` text NOT NULL, `template_key` text NOT NULL, `template_version` text NOT NULL, `answers` json NOT NULL, `risks` json NOT NULL, `state` text NOT NULL DEFAULT ('DRAFT'), `state_reason` text NOT NULL DEFAULT (''), `version` integer NOT NULL DEFAULT (1), `content_hash` text NOT NULL, `approver_id` uuid NULL, `approved_at` datetime NULL, `published_at` datetime NULL, PRIMARY KEY (`id`));
-- Create index "assessment_practice_id_id" to table: "assessments"
CREATE INDEX `assessment_practice_id_id` ON `assessments` (`practice_id`, `id`);
-- Create index "assessment_firm_id_id" to table: "assessments"
CREATE INDEX `assessment_firm_id_id` ON `assessments` (`firm_id`, `id`);
-- Create index "assessment_state_id" to table: "assessments"
CREATE INDEX `assessment_state_id` ON `assessments` (`state`, `id`);
-- Create "comments" table
CREATE TABLE `comments` (`id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `revision` integer NOT NULL DEFAULT (1), `subject_type` text NOT NULL, `subject_id` uuid NOT NULL, `dialogue_id` uuid NULL, `parent_id` uuid NULL, `depth` integer NOT NULL DEFAULT (0), `author_id` uuid NOT NULL, `member_id` uuid NULL, `body` text NOT NULL, `stance` text NOT NULL DEFAULT ('NEUTRAL'), `language` text NOT NULL DEFAULT ('en'), `quote_start` integer NULL, `quote_end` integer NULL, `quote_version` integer NULL, `quote_text` text NOT NULL DEFAULT (''), `state` text NOT NULL DEFAULT ('VISIBLE'), `state_reason` text NOT NULL DEFAULT (''), `agrees` integer NOT NULL DEFAULT (0), `disagrees` integer NOT NULL DEFAULT (0), `passes` integer NOT NULL DEFAULT (0), PRIMARY KEY (`id`));
-- Create index "comment_subject_id_depth_id" to table: "comments"
CREATE INDEX `comment_subject_id_depth_id` ON `comments` (`subject_id`, `depth`, `id`);
-- Create index "comment_subject_id_depth_agrees_id" to table: "comments"
CREATE INDEX `comment_subject_id_depth_agrees_id` ON `comments` (`subject_id`, `depth`, `agrees`, `id`);
-- Create index "comment_parent_id_id" to table: "comments"
CREATE INDEX `comment_parent_id_id` ON `comments` (`parent_id`, `id`);
-- Create index "comment_author_id_id" to table: "comments"
CREATE INDEX `comment_author_id_id` ON `comments` (`author_id`, `id`);
-- Create "dialogues" table
CREATE TABLE `dialogues` (`id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `revision` integer NOT NULL DEFAULT (1), `title` text NOT NULL, `brief` text NOT NULL DEFAULT (''), `convenor_id` uuid NOT NULL, `visibility` text NOT NULL DEFAULT ('PUBLIC'), `state` text NOT NULL DEFAULT ('DRAFT'), `languages` json NULL, `round` integer NOT NULL DEFAULT (1), `outcome` text NOT NULL DEFAULT (''), `opened_at` datetime NULL, `closed_at` datetime NULL, `source` text NOT NULL DEFAULT (''), PRIMARY KEY (`id`));
-- Create index "dialogue_visibility_state_id" to table: "dialogues"
CREATE INDEX `dialogue_visibility_state_id` ON `dialogues` (`visibility`, `state`, `id`);
-- Create index "dialogue_convenor_id_id" to table: "dialogues"
CREATE INDEX `dialogue_convenor_id_id` ON `dialogues` (`convenor_id`, `id`);
-- Create "invitations" table
CREATE TABLE `invitations` (`id` uuid NOT NULL, `dialogue_id` uuid NOT NULL, `stakeholder_id` uuid NOT NULL, `created_at` datetime NOT NULL, PRIMARY KEY (`id`));
-- Create index "invitation_dialogue_id_stakeholder_id" to table: "invitations"
CREATE UNIQUE INDEX `invitation_dialogue_id_stakeholder_id` ON `invitations` (`dialogue_id`, `stakeholder_id`);
-- Create index "invitation_stakeholder_id_dialogue_id" to table: "invitations"
CREATE INDEX `invitation_stakeholder_id_dialogue_id` ON `invitations` (`stakeholder_id`, `dialogue_id`);
-- Create "leases" table
CREATE TABLE `leases` (`id` text NOT NULL, `holder` text NOT NULL, `fence` integer NOT NULL, `expires_at` datetime NOT NULL, PRIMARY KEY (`id`));
-- Create "links" table
CREATE TABLE `links` (`id` uuid NOT NULL, `subject_id` uuid NOT NULL, `practice_id` uuid NOT NULL, PRIMARY KEY (`id`));
-- Create index "link_subject_id_practice_id" to table: "links"
CREATE UNIQUE INDEX `link_subject_id_practice_id` ON `links` (`subject_id`, `practice_id`);
-- Create index "link_practice_id_subject_id" to table: "links"
CREATE INDEX `link_practice_id_subject_id` ON `links` (`practice_id`, `subject_id`);
-- Create "members" table
CREATE TABLE `members` (`id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `revision` integer NOT NULL DEFAULT (1), `issuer` text NOT NULL, `subject` text NOT NULL, `stakeholder_id` uuid NULL, PRIMARY KEY (`id`));
-- Create index "member_issuer_subject" to table: "members"
CREATE UNIQUE INDEX `member_issuer_subject` ON `members` (`issuer`, `subject`);
-- Create index "member_stakeholder_id" to table: "members"
CREATE INDEX `member_stakeholder_id` ON `members` (`stakeholder_id`);
-- Create "phases" table
CREATE TABLE `phases` (`id` uuid NOT NULL, `dialogue_id` uuid NOT NULL, `position` integer NOT NULL, `kind` text NOT NULL, `opens_at` datetime NOT NULL, `closes_at` datetime NULL, `may_comment` bool NOT NULL DEFAULT (false), `may_vote` bool NOT NULL DEFAULT (false), `may_propose` bool NOT NULL DEFAULT (false), `may_amend` bool NOT NULL DEFAULT (false), `may_ballot` bool NOT NULL DEFAULT (false), PRIMARY KEY (`id`));
-- Create index "phase_dialogue_id_position" to table: "phases"
CREATE UNIQUE INDEX `phase_dialogue_id_position` ON `phases` (`dialogue_id`, `position`);
-- Create "practices" table
CREATE TABLE `practices` (`id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `revision` integer NOT NULL DEFAULT (1), `firm_id` uuid NOT NULL, `title` text NOT NULL, `description` text NOT NULL DEFAULT (''), `kind` text NOT NULL, `data_categories` json NULL, `affected_groups` json NULL, `state` text NOT NULL DEFAULT ('PROPOSED'), `version` integer NOT NULL DEFAULT (1), PRIMARY KEY (`id`));
-- Create index "practice_firm_id_id" to table: "practices"
CREATE INDEX `practice_firm_id_id` ON `practices` (`firm_id`, `id`);
-- Create "proposals" table
CREATE TABLE `proposals` (`id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `revision` integer NOT NULL DEFAULT (1), `dialogue_id` uuid NOT NULL, `author_id` uuid NOT NULL, `member_id` uuid NOT NULL, `kind` text NOT NULL, `title` text NOT NULL, `summary` text NOT NULL DEFAULT (''), `body` text NOT NULL, `language` text NOT NULL DEFAULT ('en'), `state` text NOT NULL DEFAULT ('DRAFT'), `state_reason` text NOT NULL DEFAULT (''), `published` bool NOT NULL DEFAULT (false), `version` integer NOT NULL DEFAULT (1), `content_hash` text NOT NULL, `submitted_at` datetime NULL, `opened_at` datetime NULL, `opened_version` integer NULL, PRIMARY KEY (`id`));
-- Create index "proposal_dialogue_id_id" to table: "proposals"
CREATE INDEX `proposal_dialogue_id_id` ON `proposals` (`dialogue_id`, `id`);
-- Create index "proposal_author_id_id" to table: "proposals"
CREATE INDEX `proposal_author_id_id` ON `proposals` (`author_id`, `id`);
-- Create index "proposal_state_id" to table: "proposals"
CREATE INDEX `proposal_state_id` ON `proposals` (`state`, `id`);
-- Create index "proposal_updated_at" to table: "proposals"
CREATE INDEX `proposal_updated_at` ON `proposals` (`updated_at`);
-- Create "proposal_versions" table
CREATE TABLE `proposal_versions` (`id` uuid NOT NULL, `proposal_id` uuid NOT NULL, `number` integer NOT NULL, `title` text NOT NULL, `summary` text NOT NULL DEFAULT (''), `body` text NOT NULL, `language` text NOT NULL, `content_hash` text NOT NULL, `editor_id` uuid NOT NULL, `reason` text NOT NULL DEFAULT (''), `created_at` datetime NOT NULL, PRIMARY KEY (`id`));
-- Create index "proposalversion_proposal_id_number" to table: "proposal_versions"
CREATE UNIQUE INDEX `proposalversion_proposal_id_number` ON `proposal_versions` (`proposal_id`, `number`);
-- Create "queued_acts" table
CREATE TABLE `queued_acts` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `type` text NOT NULL, `member_id` uuid NULL, `stakeholder_id` uuid NULL, `subject_type` text NOT NULL, `subject_id` uuid NOT NULL, `subject_revision` integer NOT NULL, `dialogue_id` uuid NULL, `audience` text NOT NULL DEFAULT ('SUBJECT'), `policy_version` integer NOT NULL, `at` datetime NOT NULL, `payload` text NOT NULL, `salt` blob NOT NULL, `commitment` blob NOT NULL, `act_id` uuid NOT NULL);
-- Create "receipts" table
CREATE TABLE `receipts` (`id` uuid NOT NULL, `member_id` uuid NOT NULL, `key` text NOT NULL, `request_hash` blob NOT NULL, `answer` text NOT NULL, `created_at` datetime NOT NULL, PRIMARY KEY (`id`));
-- Create index "receipt_member_id_key" to table: "receipts"
CREATE UNIQUE INDEX `receipt_member_id_key` ON `receipts` (`member_id`, `key`);
-- Create index "receipt_created_at" to table: "receipts"
CREATE INDEX `receipt_created_at` ON `receipts` (`created_at`);
-- Create "revocations" table
CREATE TABLE `revocations` (`id` uuid NOT NULL, `issuer` text NOT NULL, `subject` text NOT NULL DEFAULT (''), `token_id` text NOT NULL DEFAULT (''), `not_before` datetime NOT NULL, `created_at` datetime NOT NULL, PRIMARY KEY (`id`));
-- Create index "revocation_created_at" to table: "revocations"
CREATE INDEX `revocation_created_at` ON `revocations` (`created_at`);
-- Create "settings" table
CREATE TABLE `settings` (`id` text NOT NULL, `value` blob NOT NULL, PRIMARY KEY (`id`));
-- Create "stakeholders" table
CREATE TABLE `stakeholders` (`id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `revision` integer NOT NULL DEFAULT (1), `kind` text NOT NULL, `name` text NOT NULL, `handle` text NOT NULL, `jurisdictions` json NULL, `description` text NOT NULL DEFAULT (''), `status` text NOT NULL DEFAULT ('PENDING'), `status_reason` text NOT NULL DEFAULT (''), `legal_name` text NOT NULL DEFAULT (''), `sector_code` text NOT NULL DEFAULT (''), `sector_label` text NOT NULL DEFAULT (''), `size_band` text NOT NULL DEFAULT (''), `registration_number` text NOT NULL DEFAULT (''), `website` text NOT NULL DEFAULT (''), `mandate` text NOT NULL DEFAULT (''), `legal_basis` text NOT NULL DEFAULT (''), `mission` text NOT NULL DEFAULT (''), `focus_areas` json NULL, `disciplines` json NULL, `ethics_board` bool NOT NULL DEFAULT (false), PRIMARY KEY (`id`));
-- Create index "stakeholders_handle_key" to table: "stakeholders"
CREATE UNIQUE INDEX `stakeholders_handle_key` ON `stakeholders` (`handle`);
-- Create index "stakeholder_kind_id" to table: "stakeholders"
CREATE INDEX `stakeholder_kind_id` ON `stakeholders` (`kind`, `id`);
-- Create "votes" table
CREATE TABLE `votes` (`id` uuid NOT NULL, `comment_id` uuid NOT NULL, `voter_id` uuid NOT NULL, `choice` text NOT NULL, `cast_at` datetime NOT NULL, PRIMARY KEY (`id`));
-- Create index "vote_comment_id_voter_id" to table: "votes"
CREATE UNIQUE INDEX `vote_comment_id_voter_id` ON `votes` (`comment_id`, `voter_id`);
-- Create index "vote_voter_id_id" to table: "votes"
CREATE INDEX `vote_voter_id_id` ON `votes` (`voter_id`, `id`);
