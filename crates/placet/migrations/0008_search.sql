-- What a search for parts of texts looks through. Texts that wait to be indexed, a row for each batch of consents:
CREATE TABLE search_texts (
  workspace_id {int} NOT NULL,
  id {bytes} NOT NULL,
  entries {int} NOT NULL,
  revision {int} NOT NULL,
  content {bytes} NOT NULL,
  PRIMARY KEY (workspace_id, id)
) {plain};
CREATE INDEX search_texts_by_size ON search_texts (workspace_id, entries);

-- Segments of the index, and the pages of each, numbered from its id times 65,536. state: 0 is being written, 1 in use,
-- 2 replaced by another.
CREATE TABLE search_segments (
  workspace_id {int} NOT NULL,
  id {int} NOT NULL,
  state {int} NOT NULL,
  items {int} NOT NULL,
  pages {int} NOT NULL,
  revision {int} NOT NULL,
  newest_consent_at {int},
  oldest_consent_at {int},
  newest_subject_at {int},
  oldest_subject_at {int},
  PRIMARY KEY (workspace_id, id)
) {keyed};
CREATE INDEX search_segments_unfinished ON search_segments (workspace_id) WHERE state <> 1;

CREATE TABLE search_pages (
  workspace_id {int} NOT NULL,
  page {int} NOT NULL,
  content {bytes} NOT NULL,
  PRIMARY KEY (workspace_id, page)
) {plain};

-- A hash of the texts of a subject that the index was given.
ALTER TABLE subjects ADD COLUMN search_hash {int};

-- The names of preferences of consents whose combination of facets does not tell them, so that a filter on a name goes
-- along an index for these as well.
CREATE TABLE consent_names (
  workspace_id {int} NOT NULL,
  name_hash {int} NOT NULL,
  at {int} NOT NULL,
  consent_id {bytes} NOT NULL,
  facets {int} NOT NULL,
  PRIMARY KEY (workspace_id, name_hash, at, consent_id)
) {keyed};
