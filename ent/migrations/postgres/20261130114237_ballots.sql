-- Create "ballots" table
CREATE TABLE "ballots" ("id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "revision" bigint NOT NULL DEFAULT 1, "proposal_id" uuid NOT NULL, "dialogue_id" uuid NOT NULL, "convenor_id" uuid NOT NULL, "version" bigint NOT NULL, "content_hash" character varying NOT NULL, "rule_id" uuid NOT NULL, "rule" text NOT NULL, "rule_hash" character varying NOT NULL, "secrecy" character varying NOT NULL, "at_once" boolean NOT NULL DEFAULT false, "state" character varying NOT NULL DEFAULT 'OPEN', "state_reason" text NOT NULL DEFAULT '', "closes_at" timestamptz NOT NULL, "roll_root" character varying NOT NULL, "seats" bigint NOT NULL, "without_seat" bigint NOT NULL DEFAULT 0, "outcome" character varying NOT NULL DEFAULT '', "result" text NOT NULL DEFAULT '', "papers" bigint NOT NULL DEFAULT 0, "counted_at" timestamptz NULL, "answer" text NOT NULL DEFAULT '', "answered_at" timestamptz NULL, "shredded" boolean NOT NULL DEFAULT true, PRIMARY KEY ("id"));
-- Create index "ballot_dialogue_id_id" to table: "ballots"
CREATE INDEX "ballot_dialogue_id_id" ON "ballots" ("dialogue_id", "id");
-- Create index "ballot_proposal_id_id" to table: "ballots"
CREATE INDEX "ballot_proposal_id_id" ON "ballots" ("proposal_id", "id");
-- Create index "ballot_state_closes_at" to table: "ballots"
CREATE INDEX "ballot_state_closes_at" ON "ballots" ("state", "closes_at");
-- Create "ballot_keys" table
CREATE TABLE "ballot_keys" ("id" uuid NOT NULL, "sealed" bytea NOT NULL, PRIMARY KEY ("id"));
-- Create "ballot_papers" table
CREATE TABLE "ballot_papers" ("id" uuid NOT NULL, "ballot_id" uuid NOT NULL, "party_id" uuid NULL, "tracker" character varying NOT NULL DEFAULT '', "leaf" character varying NOT NULL, "choice" character varying NOT NULL, "reason" text NOT NULL DEFAULT '', "reasoned" boolean NOT NULL DEFAULT false, PRIMARY KEY ("id"));
-- Create index "ballotpaper_ballot_id_id" to table: "ballot_papers"
CREATE INDEX "ballotpaper_ballot_id_id" ON "ballot_papers" ("ballot_id", "id");
-- Create index "ballotpaper_party_id" to table: "ballot_papers"
CREATE INDEX "ballotpaper_party_id" ON "ballot_papers" ("party_id");
-- Create "ballot_seats" table
CREATE TABLE "ballot_seats" ("id" uuid NOT NULL, "ballot_id" uuid NOT NULL, "party_id" uuid NOT NULL, "leaf" character varying NOT NULL, "revision" bigint NOT NULL DEFAULT 0, "proxy_id" uuid NULL, "holder_id" uuid NULL, "recused" boolean NOT NULL DEFAULT false, "recusal" text NOT NULL DEFAULT '', PRIMARY KEY ("id"));
-- Create index "ballotseat_ballot_id_id" to table: "ballot_seats"
CREATE INDEX "ballotseat_ballot_id_id" ON "ballot_seats" ("ballot_id", "id");
-- Create index "ballotseat_ballot_id_party_id" to table: "ballot_seats"
CREATE UNIQUE INDEX "ballotseat_ballot_id_party_id" ON "ballot_seats" ("ballot_id", "party_id");
-- Create index "ballotseat_holder_id_ballot_id" to table: "ballot_seats"
CREATE INDEX "ballotseat_holder_id_ballot_id" ON "ballot_seats" ("holder_id", "ballot_id");
-- Create index "ballotseat_party_id" to table: "ballot_seats"
CREATE INDEX "ballotseat_party_id" ON "ballot_seats" ("party_id");
-- Create "roll_objections" table
CREATE TABLE "roll_objections" ("id" uuid NOT NULL, "ballot_id" uuid NOT NULL, "party_id" uuid NOT NULL, "text" text NOT NULL, "created_at" timestamptz NOT NULL, PRIMARY KEY ("id"));
-- Create index "rollobjection_ballot_id_party_id" to table: "roll_objections"
CREATE UNIQUE INDEX "rollobjection_ballot_id_party_id" ON "roll_objections" ("ballot_id", "party_id");
-- Create index "rollobjection_party_id" to table: "roll_objections"
CREATE INDEX "rollobjection_party_id" ON "roll_objections" ("party_id");
-- Create "sealed_papers" table
CREATE TABLE "sealed_papers" ("id" uuid NOT NULL, "ballot_id" uuid NOT NULL, "revision" bigint NOT NULL, "sealed" bytea NOT NULL, PRIMARY KEY ("id"));
-- Create index "sealedpaper_ballot_id_id" to table: "sealed_papers"
CREATE INDEX "sealedpaper_ballot_id_id" ON "sealed_papers" ("ballot_id", "id");
-- No statistics keep samples of what is sealed: they would outlive it
ALTER TABLE "sealed_papers" ALTER COLUMN "sealed" SET STATISTICS 0;
ALTER TABLE "ballot_keys" ALTER COLUMN "sealed" SET STATISTICS 0;
