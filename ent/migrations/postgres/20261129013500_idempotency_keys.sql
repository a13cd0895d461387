-- rename table "receipts" to "idempotency_keys": what it holds are kept answers
ALTER TABLE "receipts" RENAME TO "idempotency_keys";
-- rename its indexes
ALTER INDEX "receipts_pkey" RENAME TO "idempotency_keys_pkey";
ALTER INDEX "receipt_member_id_key" RENAME TO "idempotencykey_member_id_key";
ALTER INDEX "receipt_created_at" RENAME TO "idempotencykey_created_at";
-- replicas of the previous release go on writing to the old name; a later migration drops it
CREATE VIEW "receipts" AS SELECT * FROM "idempotency_keys";
