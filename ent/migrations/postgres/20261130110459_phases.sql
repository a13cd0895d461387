-- Drop index "comment_subject_id_depth_agrees_id" from table: "comments"
DROP INDEX "comment_subject_id_depth_agrees_id";
-- Modify "comments" table
ALTER TABLE "comments" ADD COLUMN "phase_id" uuid NULL, ADD COLUMN "late" bigint NOT NULL DEFAULT 0;
-- Create index "comment_subject_id_depth_late_agrees_id" to table: "comments"
CREATE INDEX "comment_subject_id_depth_late_agrees_id" ON "comments" ("subject_id", "depth", "late", "agrees" DESC, "id" DESC);
-- Create index "comment_subject_id_depth_late_id" to table: "comments"
CREATE INDEX "comment_subject_id_depth_late_id" ON "comments" ("subject_id", "depth", "late", "id");
-- Modify "phases" table
ALTER TABLE "phases" ADD COLUMN "round" bigint NOT NULL DEFAULT 1, ADD COLUMN "takes_late_comments" boolean NOT NULL DEFAULT false, ADD COLUMN "began_at" timestamptz NULL, ADD COLUMN "ended_at" timestamptz NULL;
-- Create index "phase_ended_at_opens_at" to table: "phases"
CREATE INDEX "phase_ended_at_opens_at" ON "phases" ("ended_at", "opens_at");
-- Phases that are there belong to the present round, and begin and end without an act that says so again
UPDATE phases SET round = (SELECT d.round FROM dialogues d WHERE d.id = phases.dialogue_id) WHERE EXISTS (SELECT 1 FROM dialogues d WHERE d.id = phases.dialogue_id);
UPDATE phases SET began_at = opens_at WHERE opens_at <= now() AND EXISTS (SELECT 1 FROM dialogues d WHERE d.id = phases.dialogue_id AND d.state <> 'DRAFT');
UPDATE phases SET ended_at = COALESCE(closes_at, (SELECT MIN(n.opens_at) FROM phases n WHERE n.dialogue_id = phases.dialogue_id AND n.position > phases.position))
  WHERE began_at IS NOT NULL AND COALESCE(closes_at, (SELECT MIN(n.opens_at) FROM phases n WHERE n.dialogue_id = phases.dialogue_id AND n.position > phases.position)) <= now();
UPDATE phases SET ended_at = opens_at WHERE began_at IS NOT NULL AND ended_at IS NULL AND EXISTS (SELECT 1 FROM dialogues d WHERE d.id = phases.dialogue_id AND d.state = 'CLOSED');
-- Comments that are there were made in the phase that had begun last; imported ones in none
UPDATE comments SET phase_id = (SELECT p.id FROM phases p WHERE p.dialogue_id = comments.dialogue_id AND p.opens_at <= comments.created_at ORDER BY p.position DESC LIMIT 1)
  WHERE EXISTS (SELECT 1 FROM dialogues d WHERE d.id = comments.dialogue_id AND d.source = '');
