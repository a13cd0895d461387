-- Modify "dialogues" table
ALTER TABLE "dialogues" ADD COLUMN "requires_assessment" boolean NOT NULL DEFAULT false;
-- Modify "official_responses" table
ALTER TABLE "official_responses" ADD COLUMN "noted_at" timestamptz NULL;
-- Create index "officialresponse_state_due_at" to table: "official_responses"
CREATE INDEX "officialresponse_state_due_at" ON "official_responses" ("state", "due_at");
-- Modify "proposals" table
ALTER TABLE "proposals" ADD COLUMN "firm_id" uuid NULL, ADD COLUMN "accepted_version" bigint NULL, ADD COLUMN "accepted_at" timestamptz NULL, ADD COLUMN "supersedes_id" uuid NULL;
-- Create index "proposal_firm_id_id" to table: "proposals"
CREATE INDEX "proposal_firm_id_id" ON "proposals" ("firm_id", "id");
-- Create index "proposal_supersedes_id" to table: "proposals"
CREATE INDEX "proposal_supersedes_id" ON "proposals" ("supersedes_id");
-- Create "commitments" table
CREATE TABLE "commitments" ("id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "revision" bigint NOT NULL DEFAULT 1, "dialogue_id" uuid NOT NULL, "proposal_id" uuid NOT NULL, "text_id" uuid NOT NULL, "firm_id" uuid NOT NULL, "status" character varying NOT NULL DEFAULT 'PLANNED', "status_reason" text NOT NULL DEFAULT '', "late" boolean NOT NULL DEFAULT false, PRIMARY KEY ("id"));
-- Create index "commitment_dialogue_id_id" to table: "commitments"
CREATE INDEX "commitment_dialogue_id_id" ON "commitments" ("dialogue_id", "id");
-- Create index "commitment_firm_id_id" to table: "commitments"
CREATE INDEX "commitment_firm_id_id" ON "commitments" ("firm_id", "id");
-- Create index "commitment_proposal_id" to table: "commitments"
CREATE UNIQUE INDEX "commitment_proposal_id" ON "commitments" ("proposal_id");
-- Create index "commitment_status_id" to table: "commitments"
CREATE INDEX "commitment_status_id" ON "commitments" ("status", "id");
-- Create index "commitment_updated_at_id" to table: "commitments"
CREATE INDEX "commitment_updated_at_id" ON "commitments" ("updated_at", "id");
-- Create "guidelines" table
CREATE TABLE "guidelines" ("id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "revision" bigint NOT NULL DEFAULT 1, "dialogue_id" uuid NOT NULL, "proposal_id" uuid NOT NULL, "text_id" uuid NOT NULL, "previous_id" uuid NULL, "version" bigint NOT NULL, "state" character varying NOT NULL DEFAULT 'IN_FORCE', "review_due_at" timestamptz NOT NULL, "noted_at" timestamptz NULL, PRIMARY KEY ("id"));
-- Create index "guideline_dialogue_id_id" to table: "guidelines"
CREATE INDEX "guideline_dialogue_id_id" ON "guidelines" ("dialogue_id", "id");
-- Create index "guideline_previous_id" to table: "guidelines"
CREATE UNIQUE INDEX "guideline_previous_id" ON "guidelines" ("previous_id");
-- Create index "guideline_proposal_id" to table: "guidelines"
CREATE UNIQUE INDEX "guideline_proposal_id" ON "guidelines" ("proposal_id");
-- Create index "guideline_state_review_due_at" to table: "guidelines"
CREATE INDEX "guideline_state_review_due_at" ON "guidelines" ("state", "review_due_at");
-- Create index "guideline_updated_at_id" to table: "guidelines"
CREATE INDEX "guideline_updated_at_id" ON "guidelines" ("updated_at", "id");
-- Create "milestones" table
CREATE TABLE "milestones" ("id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "revision" bigint NOT NULL DEFAULT 1, "commitment_id" uuid NOT NULL, "title" character varying NOT NULL, "state" character varying NOT NULL DEFAULT 'PLANNED', "due_at" timestamptz NOT NULL, "progress" bigint NOT NULL DEFAULT 0, "reached_at" timestamptz NULL, "noted_at" timestamptz NULL, PRIMARY KEY ("id"));
-- Create index "milestone_commitment_id_id" to table: "milestones"
CREATE INDEX "milestone_commitment_id_id" ON "milestones" ("commitment_id", "id");
-- Create index "milestone_state_due_at" to table: "milestones"
CREATE INDEX "milestone_state_due_at" ON "milestones" ("state", "due_at");
-- Create index "milestone_updated_at_id" to table: "milestones"
CREATE INDEX "milestone_updated_at_id" ON "milestones" ("updated_at", "id");
