-- Modify "comments" table
ALTER TABLE "comments" ADD COLUMN "edited_at" timestamptz NULL;
-- Modify "stakeholders" table
ALTER TABLE "stakeholders" ADD COLUMN "never_admitted" boolean NOT NULL DEFAULT false;
-- Create "comment_versions" table
CREATE TABLE "comment_versions" ("id" uuid NOT NULL, "comment_id" uuid NOT NULL, "author_id" uuid NOT NULL, "number" bigint NOT NULL, "body" text NOT NULL, "stance" character varying NOT NULL, "language" character varying NOT NULL, "created_at" timestamptz NOT NULL, PRIMARY KEY ("id"));
-- Create index "commentversion_author_id_id" to table: "comment_versions"
CREATE INDEX "commentversion_author_id_id" ON "comment_versions" ("author_id", "id");
-- Create index "commentversion_comment_id_number" to table: "comment_versions"
CREATE UNIQUE INDEX "commentversion_comment_id_number" ON "comment_versions" ("comment_id", "number");
-- Parties that were registered and never admitted: those that wait, and organisations that were suspended without an act that admitted them.
UPDATE stakeholders SET never_admitted = TRUE WHERE status = 'PENDING' OR (status = 'SUSPENDED' AND kind <> 'CUSTOMER' AND NOT EXISTS (SELECT 1 FROM acts a WHERE a.subject_id = stakeholders.id AND a.type = 'stakeholder.approved'));
