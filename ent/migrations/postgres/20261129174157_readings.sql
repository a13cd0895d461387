-- Create index "act_news" to table: "acts"
CREATE INDEX "act_news" ON "acts" ("dialogue_id", "seq") WHERE ((type)::text = ANY ((ARRAY['comment.imported'::character varying, 'comment.posted'::character varying, 'comment.restored'::character varying, 'dialogue.closed'::character varying, 'proposal.drafted'::character varying, 'proposal.opened'::character varying, 'proposal.submitted'::character varying])::text[]));
-- Create "readings" table
CREATE TABLE "readings" ("id" uuid NOT NULL, "member_id" uuid NOT NULL, "dialogue_id" uuid NOT NULL, "seq" bigint NOT NULL, "read_at" timestamptz NOT NULL, PRIMARY KEY ("id"));
-- Create index "reading_member_id_dialogue_id" to table: "readings"
CREATE UNIQUE INDEX "reading_member_id_dialogue_id" ON "readings" ("member_id", "dialogue_id");
