-- Assessments of the first form go, with what was said on them: they named a template without a content, and their answers were texts that
-- no question asks for. Their acts stay in the log.
DELETE FROM votes WHERE comment_id IN (SELECT id FROM comments WHERE subject_type = 'ASSESSMENT');
DELETE FROM chamber_tallies WHERE id IN (SELECT id FROM comments WHERE subject_type = 'ASSESSMENT');
DELETE FROM comment_versions WHERE comment_id IN (SELECT id FROM comments WHERE subject_type = 'ASSESSMENT');
DELETE FROM discussions WHERE subject_id IN (SELECT id FROM assessments);
DELETE FROM comments WHERE subject_type = 'ASSESSMENT';
DROP TABLE "assessments";
