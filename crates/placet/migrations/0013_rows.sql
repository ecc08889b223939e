-- Fewer rows for each consent. Entries that have no place in the log yet are one row for each batch: the id of a record,
-- 16 bytes, and its entry, 33 bytes, one pair after the other.
ALTER TABLE pending_entries RENAME TO single_entries;
CREATE TABLE pending_entries (
  workspace_id {int} NOT NULL,
  batch_id {bytes} NOT NULL,
  entries {bytes} NOT NULL,
  PRIMARY KEY (workspace_id, batch_id)
) {keyed};
INSERT INTO pending_entries (workspace_id, batch_id, entries)
  SELECT workspace_id, record_id, CAST(record_id || entry AS {bytes}) FROM single_entries;
DROP TABLE single_entries;

-- A subject's newest preferences are in its row; what they were is moved there by the program. What a call may overwrite
-- is no longer the database's business.
ALTER TABLE subjects ADD COLUMN preferences {bytes};
ALTER TABLE subjects DROP COLUMN overwrites;
