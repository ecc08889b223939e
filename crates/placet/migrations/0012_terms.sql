-- E-mail addresses, names and addresses are found along the search index now, like parts of texts: a row of an index of
-- their own for each of them was half of all pages that a consent changed.
DROP INDEX consents_by_email;
DROP INDEX consents_by_first_name;
DROP INDEX consents_by_last_name;
DROP INDEX consents_by_ip;
ALTER TABLE consents DROP COLUMN email_hash;
ALTER TABLE consents DROP COLUMN first_name_hash;
ALTER TABLE consents DROP COLUMN last_name_hash;
ALTER TABLE consents DROP COLUMN ip_hash;

DROP INDEX subjects_by_email;
DROP INDEX subjects_by_first_name;
DROP INDEX subjects_by_last_name;
ALTER TABLE subjects DROP COLUMN email_hash;
ALTER TABLE subjects DROP COLUMN first_name_hash;
ALTER TABLE subjects DROP COLUMN last_name_hash;

-- The search index is made anew: workspaces of which the texts are still to be put among those that wait, and how far
-- that has come, in which list: 0 consents, 1 subjects.
CREATE TABLE search_refills (
  workspace_id {int} NOT NULL PRIMARY KEY,
  list {int} NOT NULL,
  after_id {bytes} NOT NULL
) {plain};
INSERT INTO search_refills (workspace_id, list, after_id) SELECT id, 0, CAST('' AS {bytes}) FROM workspaces;
DELETE FROM search_texts;
DELETE FROM search_pages;
DELETE FROM search_segments;
UPDATE subjects SET search_hash = NULL;
