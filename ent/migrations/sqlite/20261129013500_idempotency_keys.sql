-- rename table "receipts" to "idempotency_keys": what it holds are kept answers
ALTER TABLE `receipts` RENAME TO `idempotency_keys`;
-- rename its indexes
DROP INDEX `receipt_member_id_key`;
CREATE UNIQUE INDEX `idempotencykey_member_id_key` ON `idempotency_keys` (`member_id`, `key`);
DROP INDEX `receipt_created_at`;
CREATE INDEX `idempotencykey_created_at` ON `idempotency_keys` (`created_at`);
