-- Erasing, holding, restricting, and how long proofs are kept.

-- What is kept of an address that the server finds: shortened, whole or none. How long proofs are kept; 0 is for ever.
ALTER TABLE workspaces ADD COLUMN keeps_addresses {text} NOT NULL DEFAULT 'shortened';
ALTER TABLE workspaces ADD COLUMN keeps_proofs_months {int} NOT NULL DEFAULT 60;

-- Widgets whose proofs are kept for another time than the workspace's others.
CREATE TABLE widget_retention (
  workspace_id {int} NOT NULL,
  widget_id {int} NOT NULL,
  keeps_proofs_months {int} NOT NULL,
  PRIMARY KEY (workspace_id, widget_id)
) {keyed};

-- The widget of a combination of cookie choices; NULL says that the consent itself has to be asked.
ALTER TABLE facets ADD COLUMN widget_id {int};

-- Whoever takes something away, or keeps it from being taken away, takes a turn first: one at a time in a workspace.
CREATE TABLE removal_turns (
  workspace_id {int} NOT NULL PRIMARY KEY,
  turn {int} NOT NULL
) {keyed};

-- Subjects under a legal hold, or whose processing is restricted.
CREATE TABLE restraints (
  workspace_id {int} NOT NULL,
  kind {text} NOT NULL,
  subject_id {text} NOT NULL,
  reason {text} NOT NULL,
  author {text} NOT NULL,
  at {int} NOT NULL,
  PRIMARY KEY (workspace_id, kind, subject_id)
) {keyed};

-- The one subject that was shown a form, as the keyed hash of its id; NULL if there are several, or if it is not known.
-- last_at is the moment of the last consent that shows it, or up to a day before.
ALTER TABLE forms ADD COLUMN shown_to {int};
ALTER TABLE forms ADD COLUMN last_at {int} NOT NULL DEFAULT 0;
UPDATE forms SET last_at = COALESCE((SELECT MAX(c.at) FROM consents c WHERE c.workspace_id = forms.workspace_id), 0);
CREATE INDEX forms_by_last_at ON forms (workspace_id, last_at);

CREATE INDEX documents_by_sha256 ON documents (workspace_id, sha256);

-- Of which subject or document an answer tells, as a keyed hash.
ALTER TABLE answered_requests ADD COLUMN about_hash {int};
CREATE INDEX answered_requests_by_about ON answered_requests (workspace_id, about_hash) WHERE about_hash IS NOT NULL;
