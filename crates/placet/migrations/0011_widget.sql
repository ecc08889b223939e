-- Widgets as they are worked on, what was published and by whom, what happened with them day by day, and the origins
-- that were refused.
ALTER TABLE widgets ADD COLUMN rounds {text};
ALTER TABLE widgets ADD COLUMN variants {text};

-- Every widget has a draft, also one that was never published.
CREATE TABLE widget_drafts (
  workspace_id {int} NOT NULL,
  widget_id {int} NOT NULL,
  revision {int} NOT NULL,
  settings {bytes} NOT NULL,
  is_imported {int} NOT NULL,
  changed_at {int} NOT NULL,
  changed_by {text} NOT NULL,
  PRIMARY KEY (workspace_id, widget_id)
) {plain};
CREATE INDEX widget_drafts_by_id ON widget_drafts (widget_id);

-- Publications, numbered from 1 for each widget; they never change.
CREATE TABLE widget_publications (
  workspace_id {int} NOT NULL,
  widget_id {int} NOT NULL,
  number {int} NOT NULL,
  sha256 {bytes} NOT NULL,
  settings {bytes} NOT NULL,
  changes {bytes} NOT NULL,
  ask {text} NOT NULL,
  note {text},
  at {int} NOT NULL,
  published_by {text} NOT NULL,
  PRIMARY KEY (workspace_id, widget_id, number)
) {plain};

-- Daily numbers. A dimension is what is told apart: all of it (''), devices, languages, origins, versions, purposes, services.
CREATE TABLE widget_statistics (
  workspace_id {int} NOT NULL,
  widget_id {int} NOT NULL,
  day {int} NOT NULL,
  dimension {text} NOT NULL,
  value {text} NOT NULL,
  shown {int} NOT NULL,
  unanswered {int} NOT NULL,
  accepted {int} NOT NULL,
  refused {int} NOT NULL,
  partly {int} NOT NULL,
  PRIMARY KEY (workspace_id, widget_id, day, dimension, value)
) {keyed};

CREATE TABLE refused_origins (
  workspace_id {int} NOT NULL,
  widget_id {int} NOT NULL,
  origin {text} NOT NULL,
  count {int} NOT NULL,
  last_at {int} NOT NULL,
  PRIMARY KEY (workspace_id, widget_id, origin)
) {keyed};

-- Services that the operator added to the library, for all workspaces.
CREATE TABLE library_services (
  slug {text} NOT NULL PRIMARY KEY,
  service {bytes} NOT NULL,
  added_at {int} NOT NULL
) {plain};
