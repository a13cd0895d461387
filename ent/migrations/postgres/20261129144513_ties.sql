-- Create "ties" table
CREATE TABLE "ties" ("id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "revision" bigint NOT NULL DEFAULT 1, "party_id" uuid NOT NULL, "about_id" uuid NOT NULL, "kind" character varying NOT NULL, "description" text NOT NULL DEFAULT '', "begins_at" timestamptz NOT NULL, "ends_at" timestamptz NULL, "state" character varying NOT NULL DEFAULT 'DECLARED', PRIMARY KEY ("id"));
-- Create index "tie_about_id_id" to table: "ties"
CREATE INDEX "tie_about_id_id" ON "ties" ("about_id", "id");
-- Create index "tie_party_id_id" to table: "ties"
CREATE INDEX "tie_party_id_id" ON "ties" ("party_id", "id");
