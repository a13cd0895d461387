-- Create "decision_rules" table
CREATE TABLE "decision_rules" ("id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "revision" bigint NOT NULL DEFAULT 1, "key" character varying NOT NULL, "version" bigint NOT NULL, "reference" character varying NOT NULL, "owner_id" uuid NULL, "title" character varying NOT NULL, "source" character varying NULL, "document" text NOT NULL, "hash" character varying NOT NULL, "state" character varying NOT NULL DEFAULT 'CURRENT', PRIMARY KEY ("id"));
-- Create index "decisionrule_key_version" to table: "decision_rules"
CREATE UNIQUE INDEX "decisionrule_key_version" ON "decision_rules" ("key", "version");
-- Create index "decisionrule_owner_id_id" to table: "decision_rules"
CREATE INDEX "decisionrule_owner_id_id" ON "decision_rules" ("owner_id", "id");
-- Create index "decisionrule_reference" to table: "decision_rules"
CREATE UNIQUE INDEX "decisionrule_reference" ON "decision_rules" ("reference");
-- Create index "decisionrule_updated_at_id" to table: "decision_rules"
CREATE INDEX "decisionrule_updated_at_id" ON "decision_rules" ("updated_at", "id");
