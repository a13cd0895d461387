-- Create index "comment_dialogue_id_id" to table: "comments"
CREATE INDEX "comment_dialogue_id_id" ON "comments" ("dialogue_id", "id");
-- Create index "comment_updated_at" to table: "comments"
CREATE INDEX "comment_updated_at" ON "comments" ("updated_at");
