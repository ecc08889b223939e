-- Legal notices: the order of lists, what counts their versions, their languages, addresses that they follow.
-- Documents: uploads, their bytes once per digest, and what refers to them.

CREATE INDEX legal_notices_by_time ON legal_notices (workspace_id, at, version, identifier);
CREATE INDEX legal_notices_by_identifier ON legal_notices (workspace_id, identifier, at, version);

-- The newest version of each notice. Taking the next number locks this row, so that numbers are neither given twice
-- nor skipped, whichever process asks.
CREATE TABLE legal_notice_heads (
  workspace_id {int} NOT NULL,
  identifier {text} NOT NULL,
  version {int} NOT NULL,
  PRIMARY KEY (workspace_id, identifier)
) {keyed};
INSERT INTO legal_notice_heads (workspace_id, identifier, version)
  SELECT workspace_id, identifier, MAX(version) FROM legal_notices GROUP BY workspace_id, identifier;

CREATE TABLE legal_notice_languages (
  workspace_id {int} NOT NULL,
  language {text} NOT NULL,
  at {int} NOT NULL,
  version {int} NOT NULL,
  identifier {text} NOT NULL,
  PRIMARY KEY (workspace_id, language, at, version, identifier)
) {keyed};

CREATE TABLE documents (
  workspace_id {int} NOT NULL,
  id {bytes} NOT NULL,
  name {text} NOT NULL,
  mime_type {text} NOT NULL,
  sha256 {bytes} NOT NULL,
  size {int} NOT NULL,
  at {int} NOT NULL,
  PRIMARY KEY (workspace_id, id)
) {plain};

CREATE TABLE document_contents (
  workspace_id {int} NOT NULL,
  sha256 {bytes} NOT NULL,
  content {bytes} NOT NULL,
  PRIMARY KEY (workspace_id, sha256)
) {plain};

-- Which record, a consent's or a notice version's, points to which documents, in the order in which it was told.
CREATE TABLE document_references (
  workspace_id {int} NOT NULL,
  record_id {bytes} NOT NULL,
  place {int} NOT NULL,
  document_id {bytes} NOT NULL,
  PRIMARY KEY (workspace_id, record_id, place)
) {keyed};
CREATE INDEX document_references_by_document ON document_references (workspace_id, document_id);

-- Addresses that notices follow. language is empty if the notice has none; text_sha256 is of the readable text that was
-- found last; version is the last one published because of it.
CREATE TABLE legal_notice_sources (
  workspace_id {int} NOT NULL,
  identifier {text} NOT NULL,
  url {text} NOT NULL,
  language {text} NOT NULL,
  every_ms {int} NOT NULL,
  due_at {int} NOT NULL,
  checked_at {int},
  error {text},
  text_sha256 {bytes},
  version {int},
  PRIMARY KEY (workspace_id, identifier)
) {plain};
CREATE INDEX legal_notice_sources_by_due ON legal_notice_sources (due_at);
