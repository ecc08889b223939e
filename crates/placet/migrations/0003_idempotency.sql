-- Requests that named themselves, and what they were answered. The row is written in the transaction that carries the
-- request out, so that there is never one without the other. Consents need no row: the request is their id.
CREATE TABLE answered_requests (
  workspace_id {int} NOT NULL,
  id {bytes} NOT NULL,
  fingerprint {int} NOT NULL,
  at {int} NOT NULL,
  answer {text},
  PRIMARY KEY (workspace_id, id)
) {keyed};
CREATE INDEX answered_requests_by_at ON answered_requests (workspace_id, at);
