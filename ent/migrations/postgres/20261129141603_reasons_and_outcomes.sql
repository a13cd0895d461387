-- Create "act_reasons" table
CREATE TABLE "act_reasons" ("id" uuid NOT NULL, "stakeholder_id" uuid NULL, "words" text NOT NULL, PRIMARY KEY ("id"));
-- Create "outcomes" table
CREATE TABLE "outcomes" ("id" uuid NOT NULL, "dialogue_id" uuid NOT NULL, "round" bigint NOT NULL, "text" text NOT NULL, "created_at" timestamptz NOT NULL, PRIMARY KEY ("id"));
-- Create index "outcome_dialogue_id_round" to table: "outcomes"
CREATE UNIQUE INDEX "outcome_dialogue_id_round" ON "outcomes" ("dialogue_id", "round");
-- The reasons that rows hold now belong to the acts that gave them; those that were overwritten before are gone.
INSERT INTO act_reasons (id, stakeholder_id, words) SELECT a.act_id, a.stakeholder_id, c.state_reason FROM comments c JOIN acts a ON a.subject_id = c.id WHERE c.state_reason <> '' AND a.seq = (SELECT MAX(b.seq) FROM acts b WHERE b.subject_id = c.id AND b.type IN ('comment.hidden', 'comment.restored'));
INSERT INTO act_reasons (id, stakeholder_id, words) SELECT a.act_id, a.stakeholder_id, p.state_reason FROM proposals p JOIN acts a ON a.subject_id = p.id WHERE p.state_reason <> '' AND a.seq = (SELECT MAX(b.seq) FROM acts b WHERE b.subject_id = p.id AND b.type IN ('proposal.returned', 'proposal.withdrawn'));
INSERT INTO act_reasons (id, stakeholder_id, words) SELECT a.act_id, a.stakeholder_id, p.state_reason FROM assessments p JOIN acts a ON a.subject_id = p.id WHERE p.state_reason <> '' AND a.seq = (SELECT MAX(b.seq) FROM acts b WHERE b.subject_id = p.id AND b.type = 'assessment.returned');
INSERT INTO act_reasons (id, stakeholder_id, words) SELECT a.act_id, a.stakeholder_id, s.status_reason FROM stakeholders s JOIN acts a ON a.subject_id = s.id WHERE s.status_reason <> '' AND a.seq = (SELECT MAX(b.seq) FROM acts b WHERE b.subject_id = s.id AND b.type = 'stakeholder.suspended');
-- The outcome that a dialogue shows is that of its last round that ended.
INSERT INTO outcomes (id, dialogue_id, round, text, created_at) SELECT id, id, CASE WHEN state = 'CLOSED' THEN round ELSE round - 1 END, outcome, COALESCE(closed_at, updated_at) FROM dialogues WHERE outcome <> '';
