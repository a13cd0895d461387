-- Add column "roles" to table: "members"
ALTER TABLE `members` ADD COLUMN `roles` json NULL;
