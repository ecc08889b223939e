-- Subjects, newest first, whole or by what they are filtered by. The *_hash columns are keyed hashes, as in consents.
-- overwrites says what the newest call might overwrite: 0 nothing, 1 the fields it gave, 2 verified as well.
-- listed_phones are the phones that subject_phones holds.
ALTER TABLE subjects RENAME COLUMN is_private TO overwrites;
ALTER TABLE subjects ADD COLUMN email_hash {int};
ALTER TABLE subjects ADD COLUMN first_name_hash {int};
ALTER TABLE subjects ADD COLUMN last_name_hash {int};
ALTER TABLE subjects ADD COLUMN listed_phones {text};
UPDATE subjects SET verified = 0 WHERE verified < 0;
CREATE INDEX subjects_by_time ON subjects (workspace_id, verified, created_at, id);
CREATE INDEX subjects_by_email ON subjects (workspace_id, email_hash, created_at, id) WHERE email_hash IS NOT NULL;
CREATE INDEX subjects_by_first_name ON subjects (workspace_id, first_name_hash, created_at, id) WHERE first_name_hash IS NOT NULL;
CREATE INDEX subjects_by_last_name ON subjects (workspace_id, last_name_hash, created_at, id) WHERE last_name_hash IS NOT NULL;

-- Every ending of every phone number, so that a part of a number is the beginning of an ending.
CREATE TABLE subject_phones (
  workspace_id {int} NOT NULL,
  ending {text} NOT NULL,
  created_at {int} NOT NULL,
  subject_id {text} NOT NULL,
  PRIMARY KEY (workspace_id, ending, created_at, subject_id)
) {keyed};
