-- The first schema. Written once for both databases: {int} {text} {bytes} are their types, {keyed} marks a table
-- that is stored in the order of its primary key where the database can do that, {plain} any other table.
-- Every key begins with workspace_id. Times are milliseconds since 1970 UTC.

CREATE TABLE installation (
  name {text} NOT NULL PRIMARY KEY,
  value {bytes} NOT NULL
) {keyed};

CREATE TABLE workspaces (
  id {int} NOT NULL PRIMARY KEY,
  name {text} NOT NULL,
  log_id {bytes} NOT NULL,
  created_at {int} NOT NULL
) {plain};

CREATE TABLE keys (
  workspace_id {int} NOT NULL,
  id {text} NOT NULL,
  kind {text} NOT NULL,
  name {text} NOT NULL,
  digest {bytes} NOT NULL,
  lookup {int} NOT NULL,
  created_at {int} NOT NULL,
  revoked_at {int},
  PRIMARY KEY (workspace_id, id)
) {plain};
CREATE INDEX keys_by_lookup ON keys (lookup);

CREATE TABLE members (
  workspace_id {int} NOT NULL,
  id {int} NOT NULL,
  email {text} NOT NULL,
  role {text} NOT NULL,
  password_hash {text} NOT NULL,
  created_at {int} NOT NULL,
  PRIMARY KEY (workspace_id, id),
  UNIQUE (workspace_id, email)
) {plain};
CREATE INDEX members_by_email ON members (email);

CREATE TABLE sessions (
  workspace_id {int} NOT NULL,
  token_hash {bytes} NOT NULL,
  member_id {int} NOT NULL,
  created_at {int} NOT NULL,
  seen_at {int} NOT NULL,
  PRIMARY KEY (workspace_id, token_hash)
) {keyed};

CREATE TABLE legal_notices (
  workspace_id {int} NOT NULL,
  identifier {text} NOT NULL,
  version {int} NOT NULL,
  at {int} NOT NULL,
  sha256 {bytes} NOT NULL,
  content {bytes} NOT NULL,
  record_id {bytes} NOT NULL,
  PRIMARY KEY (workspace_id, identifier, version)
) {plain};

CREATE TABLE widgets (
  workspace_id {int} NOT NULL,
  id {int} NOT NULL,
  sha256 {bytes} NOT NULL,
  version_key {bytes},
  allowed_origins {text} NOT NULL,
  created_at {int} NOT NULL,
  updated_at {int} NOT NULL,
  PRIMARY KEY (workspace_id, id)
) {plain};
CREATE INDEX widgets_by_id ON widgets (id);

CREATE TABLE widget_versions (
  workspace_id {int} NOT NULL,
  widget_id {int} NOT NULL,
  sha256 {bytes} NOT NULL,
  settings {bytes} NOT NULL,
  record_id {bytes} NOT NULL,
  created_at {int} NOT NULL,
  PRIMARY KEY (workspace_id, widget_id, sha256)
) {plain};

CREATE TABLE sdk_builds (
  workspace_id {int} NOT NULL,
  sha256 {bytes} NOT NULL,
  version {text} NOT NULL,
  record_id {bytes} NOT NULL,
  PRIMARY KEY (workspace_id, sha256)
) {keyed};

-- Records other than consents: their four disclosures, packed, and the commitments of the four.
CREATE TABLE records (
  workspace_id {int} NOT NULL,
  id {bytes} NOT NULL,
  kind {text} NOT NULL,
  group_s {bytes},
  group_e {bytes},
  group_f {bytes},
  group_d {bytes},
  commitments {bytes} NOT NULL,
  PRIMARY KEY (workspace_id, id)
) {plain};

-- Consents: what is filtered by, and the record. An erased group is NULL; its commitment stays.
-- The *_hash columns are keyed hashes of text that is only compared for equality.
CREATE TABLE consents (
  workspace_id {int} NOT NULL,
  id {bytes} NOT NULL,
  at {int} NOT NULL,
  facets {int} NOT NULL,
  subject_hash {int},
  email_hash {int},
  first_name_hash {int},
  last_name_hash {int},
  ip_hash {int},
  user_hash {int},
  replay_hash {int},
  group_s {bytes},
  group_e {bytes},
  group_f {bytes},
  group_d {bytes},
  commitments {bytes} NOT NULL,
  PRIMARY KEY (workspace_id, id)
) {plain};
CREATE INDEX consents_by_facets ON consents (workspace_id, facets, at, id);
CREATE INDEX consents_by_subject ON consents (workspace_id, subject_hash, at, id) WHERE subject_hash IS NOT NULL;
CREATE INDEX consents_by_email ON consents (workspace_id, email_hash, at, id) WHERE email_hash IS NOT NULL;
CREATE INDEX consents_by_first_name ON consents (workspace_id, first_name_hash, at, id) WHERE first_name_hash IS NOT NULL;
CREATE INDEX consents_by_last_name ON consents (workspace_id, last_name_hash, at, id) WHERE last_name_hash IS NOT NULL;
CREATE INDEX consents_by_ip ON consents (workspace_id, ip_hash, at, id) WHERE ip_hash IS NOT NULL;
CREATE INDEX consents_by_user ON consents (workspace_id, user_hash, at, id) WHERE user_hash IS NOT NULL;

-- What people were shown, once per digest.
CREATE TABLE forms (
  workspace_id {int} NOT NULL,
  sha256 {bytes} NOT NULL,
  html {bytes} NOT NULL,
  PRIMARY KEY (workspace_id, sha256)
) {plain};

CREATE TABLE subjects (
  workspace_id {int} NOT NULL,
  id {text} NOT NULL,
  email {text},
  first_name {text},
  last_name {text},
  full_name {text},
  verified {int} NOT NULL,
  phones {text},
  is_private {int} NOT NULL,
  created_at {int} NOT NULL,
  PRIMARY KEY (workspace_id, id)
) {keyed};

CREATE TABLE preferences (
  workspace_id {int} NOT NULL,
  subject_id {text} NOT NULL,
  name {text} NOT NULL,
  value {bytes} NOT NULL,
  consent_id {bytes} NOT NULL,
  at {int} NOT NULL,
  PRIMARY KEY (workspace_id, subject_id, name)
) {keyed};

-- Entries that have no place in the log yet. Every stored record has one, from the same transaction.
CREATE TABLE pending_entries (
  workspace_id {int} NOT NULL,
  record_id {bytes} NOT NULL,
  entry {bytes} NOT NULL,
  PRIMARY KEY (workspace_id, record_id)
) {keyed};
