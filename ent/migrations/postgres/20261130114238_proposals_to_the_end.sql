-- Modify "dialogues" table
ALTER TABLE "dialogues" ADD COLUMN "sponsors" bigint NOT NULL DEFAULT 0, ADD COLUMN "sponsor_chambers" jsonb NULL;
-- Create "amendments" table
CREATE TABLE "amendments" ("id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "revision" bigint NOT NULL DEFAULT 1, "proposal_id" uuid NOT NULL, "author_id" uuid NOT NULL, "member_id" uuid NOT NULL, "base" bigint NOT NULL, "body" text NOT NULL, "state" character varying NOT NULL DEFAULT 'DRAFT', "state_reason" text NOT NULL DEFAULT '', "proposed_at" timestamptz NULL, "promoted_id" uuid NULL, PRIMARY KEY ("id"));
-- Create index "amendment_author_id_id" to table: "amendments"
CREATE INDEX "amendment_author_id_id" ON "amendments" ("author_id", "id");
-- Create index "amendment_proposal_id_id" to table: "amendments"
CREATE INDEX "amendment_proposal_id_id" ON "amendments" ("proposal_id", "id");
-- Create index "amendment_updated_at_id" to table: "amendments"
CREATE INDEX "amendment_updated_at_id" ON "amendments" ("updated_at", "id");
-- Create "authorships" table
CREATE TABLE "authorships" ("id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "revision" bigint NOT NULL DEFAULT 1, "proposal_id" uuid NOT NULL, "party_id" uuid NOT NULL, "member_id" uuid NULL, "state" character varying NOT NULL DEFAULT 'INVITED', PRIMARY KEY ("id"));
-- Create index "authorship_party_id_proposal_id" to table: "authorships"
CREATE INDEX "authorship_party_id_proposal_id" ON "authorships" ("party_id", "proposal_id");
-- Create index "authorship_proposal_id_party_id" to table: "authorships"
CREATE UNIQUE INDEX "authorship_proposal_id_party_id" ON "authorships" ("proposal_id", "party_id");
-- Create index "authorship_updated_at_id" to table: "authorships"
CREATE INDEX "authorship_updated_at_id" ON "authorships" ("updated_at", "id");
-- Create "official_responses" table
CREATE TABLE "official_responses" ("id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "revision" bigint NOT NULL DEFAULT 1, "proposal_id" uuid NOT NULL, "requester_id" uuid NOT NULL, "addressee_id" uuid NOT NULL, "due_at" timestamptz NOT NULL, "state" character varying NOT NULL DEFAULT 'REQUESTED', "text" text NOT NULL DEFAULT '', "version" bigint NULL, "answered_at" timestamptz NULL, PRIMARY KEY ("id"));
-- Create index "officialresponse_addressee_id_id" to table: "official_responses"
CREATE INDEX "officialresponse_addressee_id_id" ON "official_responses" ("addressee_id", "id");
-- Create index "officialresponse_proposal_id_id" to table: "official_responses"
CREATE INDEX "officialresponse_proposal_id_id" ON "official_responses" ("proposal_id", "id");
-- Create index "officialresponse_updated_at_id" to table: "official_responses"
CREATE INDEX "officialresponse_updated_at_id" ON "official_responses" ("updated_at", "id");
-- Create "sponsors" table
CREATE TABLE "sponsors" ("id" uuid NOT NULL, "proposal_id" uuid NOT NULL, "party_id" uuid NOT NULL, "version" bigint NOT NULL, "created_at" timestamptz NOT NULL, PRIMARY KEY ("id"));
-- Create index "sponsor_party_id_proposal_id" to table: "sponsors"
CREATE INDEX "sponsor_party_id_proposal_id" ON "sponsors" ("party_id", "proposal_id");
-- Create index "sponsor_proposal_id_party_id" to table: "sponsors"
CREATE UNIQUE INDEX "sponsor_proposal_id_party_id" ON "sponsors" ("proposal_id", "party_id");
