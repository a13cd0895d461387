-- Create "calls" table
CREATE TABLE "calls" ("id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "revision" bigint NOT NULL DEFAULT 1, "caller_id" uuid NOT NULL, "dialogue_id" uuid NULL, "template_key" character varying NOT NULL, "reason" text NOT NULL, "jurisdictions" jsonb NOT NULL, "sectors" jsonb NOT NULL, "practice_kinds" jsonb NOT NULL, "due_at" timestamptz NOT NULL, "state" character varying NOT NULL DEFAULT 'OPEN', "state_reason" text NOT NULL DEFAULT '', "ended_at" timestamptz NULL, PRIMARY KEY ("id"));
-- Create index "call_caller_id_id" to table: "calls"
CREATE INDEX "call_caller_id_id" ON "calls" ("caller_id", "id");
-- Create index "call_state_due_at" to table: "calls"
CREATE INDEX "call_state_due_at" ON "calls" ("state", "due_at");
-- Create index "call_updated_at_id" to table: "calls"
CREATE INDEX "call_updated_at_id" ON "calls" ("updated_at", "id");
-- Create "called_firms" table
CREATE TABLE "called_firms" ("id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "revision" bigint NOT NULL DEFAULT 1, "call_id" uuid NOT NULL, "firm_id" uuid NOT NULL, "due_at" timestamptz NOT NULL, "state" character varying NOT NULL DEFAULT 'PENDING', "filing_id" uuid NULL, "answered_at" timestamptz NULL, "claim" text NOT NULL DEFAULT '', "claimed_at" timestamptz NULL, "decision" text NOT NULL DEFAULT '', "decided_at" timestamptz NULL, "reminders" bigint NOT NULL DEFAULT 0, PRIMARY KEY ("id"));
-- Create index "calledfirm_call_id_firm_id" to table: "called_firms"
CREATE UNIQUE INDEX "calledfirm_call_id_firm_id" ON "called_firms" ("call_id", "firm_id");
-- Create index "calledfirm_call_id_id" to table: "called_firms"
CREATE INDEX "calledfirm_call_id_id" ON "called_firms" ("call_id", "id");
-- Create index "calledfirm_filing_id" to table: "called_firms"
CREATE INDEX "calledfirm_filing_id" ON "called_firms" ("filing_id");
-- Create index "calledfirm_firm_id_id" to table: "called_firms"
CREATE INDEX "calledfirm_firm_id_id" ON "called_firms" ("firm_id", "id");
-- Create index "calledfirm_state_due_at" to table: "called_firms"
CREATE INDEX "calledfirm_state_due_at" ON "called_firms" ("state", "due_at");
-- Create "filings" table
CREATE TABLE "filings" ("id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "revision" bigint NOT NULL DEFAULT 1, "assessment_id" uuid NOT NULL, "version" bigint NOT NULL, "content_hash" character varying NOT NULL, "firm_id" uuid NOT NULL, "regulator_id" uuid NOT NULL, "member_id" uuid NOT NULL, "state" character varying NOT NULL DEFAULT 'FILED', "filed_at" timestamptz NOT NULL, "answered_at" timestamptz NULL, "reason" text NOT NULL DEFAULT '', PRIMARY KEY ("id"));
-- Create index "filing_assessment_id_id" to table: "filings"
CREATE INDEX "filing_assessment_id_id" ON "filings" ("assessment_id", "id");
-- Create index "filing_firm_id_id" to table: "filings"
CREATE INDEX "filing_firm_id_id" ON "filings" ("firm_id", "id");
-- Create index "filing_regulator_id_id" to table: "filings"
CREATE INDEX "filing_regulator_id_id" ON "filings" ("regulator_id", "id");
-- Create index "filing_updated_at_id" to table: "filings"
CREATE INDEX "filing_updated_at_id" ON "filings" ("updated_at", "id");
