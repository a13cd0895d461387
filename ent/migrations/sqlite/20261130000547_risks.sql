-- Disable the enforcement of foreign-keys constraints
PRAGMA foreign_keys = off;
-- Create "mitigations" table
CREATE TABLE `mitigations` (`id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `revision` integer NOT NULL DEFAULT (1), `risk_id` uuid NOT NULL, `number` integer NOT NULL, `title` text NOT NULL, `description` text NOT NULL DEFAULT (''), `owner_id` uuid NULL, `due_at` datetime NULL, `lowers_likelihood` integer NOT NULL DEFAULT (0), `lowers_severity` integer NOT NULL DEFAULT (0), `author_id` uuid NOT NULL, `state` text NOT NULL DEFAULT ('PLANNED'), `withheld` bool NOT NULL DEFAULT (false), `before` text NOT NULL DEFAULT (''), PRIMARY KEY (`id`));
-- Create index "mitigation_risk_id_number" to table: "mitigations"
CREATE UNIQUE INDEX `mitigation_risk_id_number` ON `mitigations` (`risk_id`, `number`);
-- Create index "mitigation_risk_id_id" to table: "mitigations"
CREATE INDEX `mitigation_risk_id_id` ON `mitigations` (`risk_id`, `id`);
-- Create "risks" table
CREATE TABLE `risks` (`id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `revision` integer NOT NULL DEFAULT (1), `assessment_id` uuid NOT NULL, `number` integer NOT NULL, `title` text NOT NULL, `description` text NOT NULL DEFAULT (''), `likelihood` integer NOT NULL, `severity` integer NOT NULL, `reversibility` text NULL, `scope` text NULL, `treatment` text NOT NULL, `author_id` uuid NOT NULL, `edition` integer NOT NULL DEFAULT (1), `withheld` json NULL, `state` text NOT NULL DEFAULT ('PRESENT'), PRIMARY KEY (`id`));
-- Create index "risk_assessment_id_number" to table: "risks"
CREATE UNIQUE INDEX `risk_assessment_id_number` ON `risks` (`assessment_id`, `number`);
-- Create index "risk_assessment_id_id" to table: "risks"
CREATE INDEX `risk_assessment_id_id` ON `risks` (`assessment_id`, `id`);
-- The risks that assessments had as JSON become rows, numbered in their order, and what was to be done about each a mitigation of it.
-- Whoever drafted the assessment stands for their author; nobody has accepted any of them.
INSERT INTO risks (id, created_at, updated_at, assessment_id, number, title, description, likelihood, severity, treatment, author_id)
  SELECT substr(a.id, 1, 14) || '7' || printf('%03x', j.key + 1) || '-8' || substr(lower(hex(randomblob(2))), 1, 3) || '-' || lower(hex(randomblob(6))),
    a.updated_at, a.updated_at, a.id, j.key + 1, json_extract(j.value, '$.title'), COALESCE(json_extract(j.value, '$.description'), ''),
    json_extract(j.value, '$.likelihood'), json_extract(j.value, '$.severity'), json_extract(j.value, '$.treatment'), a.member_id
  FROM assessments a, json_each(a.risks) j;
INSERT INTO mitigations (id, created_at, updated_at, risk_id, number, title, description, author_id)
  SELECT substr(r.id, 1, 19) || '9' || substr(r.id, 21), r.created_at, r.created_at, r.id, 1, CASE WHEN m.short THEN m.words ELSE 'As described' END,
    CASE WHEN m.short THEN '' ELSE m.words END, r.author_id
  FROM risks r JOIN (SELECT a.id AS assessment_id, j.key + 1 AS number, json_extract(j.value, '$.mitigation') AS words,
      length(json_extract(j.value, '$.mitigation')) <= 200 AND instr(json_extract(j.value, '$.mitigation'), char(10)) = 0 AS short
    FROM assessments a, json_each(a.risks) j) m ON m.assessment_id = r.assessment_id AND m.number = r.number
  WHERE COALESCE(m.words, '') <> '';
-- Create "new_opinions" table
CREATE TABLE `new_opinions` (`id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `revision` integer NOT NULL DEFAULT (1), `assessment_id` uuid NOT NULL, `version` integer NOT NULL, `question` text NOT NULL DEFAULT (''), `risk_id` uuid NULL, `party_id` uuid NOT NULL, `member_id` uuid NOT NULL, `stance` text NOT NULL, `text` text NOT NULL DEFAULT (''), `state` text NOT NULL DEFAULT ('GIVEN'), `reply` text NOT NULL DEFAULT (''), `replier_id` uuid NULL, `answered_at` datetime NULL, PRIMARY KEY (`id`));
-- Copy rows from old table "opinions" to new temporary table "new_opinions"
INSERT INTO `new_opinions` (`id`, `created_at`, `updated_at`, `revision`, `assessment_id`, `version`, `question`, `party_id`, `member_id`, `stance`, `text`, `state`, `reply`, `replier_id`, `answered_at`) SELECT `id`, `created_at`, `updated_at`, `revision`, `assessment_id`, `version`, IFNULL(`question`, ('')) AS `question`, `party_id`, `member_id`, `stance`, `text`, `state`, `reply`, `replier_id`, `answered_at` FROM `opinions`;
-- Drop "opinions" table after copying rows
DROP TABLE `opinions`;
-- Rename temporary table "new_opinions" to "opinions"
ALTER TABLE `new_opinions` RENAME TO `opinions`;
-- Create index "opinion_assessment_id_id" to table: "opinions"
CREATE INDEX `opinion_assessment_id_id` ON `opinions` (`assessment_id`, `id`);
-- Create index "opinion_party_id_assessment_id" to table: "opinions"
CREATE INDEX `opinion_party_id_assessment_id` ON `opinions` (`party_id`, `assessment_id`);
-- Create "new_assessments" table
CREATE TABLE `new_assessments` (`id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `revision` integer NOT NULL DEFAULT (1), `template_id` uuid NOT NULL, `subject_type` text NOT NULL, `subject_id` uuid NOT NULL, `subject_version` integer NOT NULL, `firm_id` uuid NOT NULL, `member_id` uuid NOT NULL, `previous_id` uuid NULL, `reference` text NULL, `title` text NOT NULL, `given` text NOT NULL DEFAULT ('{}'), `evidenced` json NULL, `unplaced` json NULL, `redactions` json NULL, `level` integer NULL, `score` integer NOT NULL DEFAULT (0), `state` text NOT NULL DEFAULT ('DRAFT'), `state_reason` text NOT NULL DEFAULT (''), `version` integer NOT NULL DEFAULT (1), `content_hash` text NULL, `opened_at` datetime NULL, `consultation_until` datetime NULL, `next_review_due_at` datetime NULL, `approved_at` datetime NULL, `published_at` datetime NULL, PRIMARY KEY (`id`));
-- Copy rows from old table "assessments" to new temporary table "new_assessments"
INSERT INTO `new_assessments` (`id`, `created_at`, `updated_at`, `revision`, `template_id`, `subject_type`, `subject_id`, `subject_version`, `firm_id`, `member_id`, `previous_id`, `reference`, `title`, `given`, `evidenced`, `unplaced`, `redactions`, `level`, `score`, `state`, `state_reason`, `version`, `content_hash`, `opened_at`, `consultation_until`, `next_review_due_at`, `approved_at`, `published_at`) SELECT `id`, `created_at`, `updated_at`, `revision`, `template_id`, `subject_type`, `subject_id`, `subject_version`, `firm_id`, `member_id`, `previous_id`, `reference`, `title`, `given`, `evidenced`, `unplaced`, `redactions`, `level`, `score`, `state`, `state_reason`, `version`, `content_hash`, `opened_at`, `consultation_until`, `next_review_due_at`, `approved_at`, `published_at` FROM `assessments`;
-- Drop "assessments" table after copying rows
DROP TABLE `assessments`;
-- Rename temporary table "new_assessments" to "assessments"
ALTER TABLE `new_assessments` RENAME TO `assessments`;
-- Create index "assessment_reference" to table: "assessments"
CREATE UNIQUE INDEX `assessment_reference` ON `assessments` (`reference`);
-- Create index "assessment_subject_id_id" to table: "assessments"
CREATE INDEX `assessment_subject_id_id` ON `assessments` (`subject_id`, `id`);
-- Create index "assessment_template_id_id" to table: "assessments"
CREATE INDEX `assessment_template_id_id` ON `assessments` (`template_id`, `id`);
-- Create index "assessment_firm_id_id" to table: "assessments"
CREATE INDEX `assessment_firm_id_id` ON `assessments` (`firm_id`, `id`);
-- Create index "assessment_state_id" to table: "assessments"
CREATE INDEX `assessment_state_id` ON `assessments` (`state`, `id`);
-- Create index "assessment_updated_at_id" to table: "assessments"
CREATE INDEX `assessment_updated_at_id` ON `assessments` (`updated_at`, `id`);
-- Create index "assessment_published_at_id" to table: "assessments"
CREATE INDEX `assessment_published_at_id` ON `assessments` (`published_at`, `id`);
-- Create index "assessment_state_consultation_until" to table: "assessments"
CREATE INDEX `assessment_state_consultation_until` ON `assessments` (`state`, `consultation_until`);
-- Create index "assessment_state_next_review_due_at" to table: "assessments"
CREATE INDEX `assessment_state_next_review_due_at` ON `assessments` (`state`, `next_review_due_at`);
-- Create index "assessment_previous_id" to table: "assessments"
CREATE INDEX `assessment_previous_id` ON `assessments` (`previous_id`);
-- Create "mitigation_steps" table
CREATE TABLE `mitigation_steps` (`id` uuid NOT NULL, `mitigation_id` uuid NOT NULL, `state` text NOT NULL, `note` text NOT NULL DEFAULT (''), `party_id` uuid NOT NULL, `member_id` uuid NOT NULL, `taken_at` datetime NOT NULL, PRIMARY KEY (`id`));
-- Create index "mitigationstep_mitigation_id_id" to table: "mitigation_steps"
CREATE INDEX `mitigationstep_mitigation_id_id` ON `mitigation_steps` (`mitigation_id`, `id`);
-- Create "ratings" table
CREATE TABLE `ratings` (`id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `revision` integer NOT NULL DEFAULT (1), `risk_id` uuid NOT NULL, `version` integer NOT NULL, `side` text NOT NULL, `party_id` uuid NOT NULL, `member_id` uuid NOT NULL, `likelihood` integer NOT NULL, `severity` integer NOT NULL, `state` text NOT NULL DEFAULT ('GIVEN'), PRIMARY KEY (`id`));
-- Create index "rating_risk_id_version" to table: "ratings"
CREATE INDEX `rating_risk_id_version` ON `ratings` (`risk_id`, `version`);
-- Create index "rating_party_id_risk_id" to table: "ratings"
CREATE INDEX `rating_party_id_risk_id` ON `ratings` (`party_id`, `risk_id`);
-- Create "risk_acceptances" table
CREATE TABLE `risk_acceptances` (`id` uuid NOT NULL, `risk_id` uuid NOT NULL, `edition` integer NOT NULL, `member_id` uuid NOT NULL, `reason` text NOT NULL DEFAULT (''), `accepted_at` datetime NOT NULL, `until` datetime NOT NULL, PRIMARY KEY (`id`));
-- Create index "riskacceptance_risk_id_id" to table: "risk_acceptances"
CREATE INDEX `riskacceptance_risk_id_id` ON `risk_acceptances` (`risk_id`, `id`);
-- Create index "riskacceptance_until" to table: "risk_acceptances"
CREATE INDEX `riskacceptance_until` ON `risk_acceptances` (`until`);
-- Enable back the enforcement of foreign-keys constraints
PRAGMA foreign_keys = on;
