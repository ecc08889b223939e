-- Members, keys, sessions and what was changed through the management API.

-- A removed member keeps number and address, so that the audit log says who it was and no number is given twice.
ALTER TABLE members ADD COLUMN removed_at {int};

-- When the password was given last. One sign-in opens a session in each workspace that has this address with this
-- password, all under one token.
ALTER TABLE sessions ADD COLUMN confirmed_at {int} NOT NULL DEFAULT 0;
CREATE INDEX sessions_by_token ON sessions (token_hash);
CREATE INDEX sessions_by_member ON sessions (workspace_id, member_id);

-- Of a public key, which is in every page, the key is kept too. Origins are separated by spaces; none means any. revoked_at may lie ahead: a key that was replaced still works so long.
ALTER TABLE keys ADD COLUMN allowed_origins {text} NOT NULL DEFAULT '';
ALTER TABLE keys ADD COLUMN value {text};
ALTER TABLE keys ADD COLUMN last_used_at {int};

-- Who changed what: one row for each change, written in the transaction of the change. The two values are JSON without
-- personal data and without secrets; NULL where there was or is nothing.
CREATE TABLE audit (
  workspace_id {int} NOT NULL,
  id {bytes} NOT NULL,
  at {int} NOT NULL,
  author {text} NOT NULL,
  action {text} NOT NULL,
  target {text} NOT NULL,
  value_before {text},
  value_after {text},
  PRIMARY KEY (workspace_id, id)
) {keyed};
CREATE INDEX audit_by_author ON audit (workspace_id, author, id);
CREATE INDEX audit_by_action ON audit (workspace_id, action, id);
CREATE INDEX audit_by_target ON audit (workspace_id, target, id);

-- 0 a public key, 1 a private key, 2 a member by hand.
ALTER TABLE facets RENAME COLUMN is_private TO source;

-- Other orders of documents, and what points to one.
CREATE INDEX documents_by_name ON documents (workspace_id, name, id);
CREATE INDEX documents_by_size ON documents (workspace_id, size, id);
DROP INDEX document_references_by_document;
CREATE INDEX document_references_by_document ON document_references (workspace_id, document_id, record_id);
CREATE INDEX legal_notices_by_record ON legal_notices (workspace_id, record_id);
