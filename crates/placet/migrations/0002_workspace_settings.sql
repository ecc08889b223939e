-- What a workspace may decide about its own API.
ALTER TABLE workspaces ADD COLUMN lists_cookie_choices {int} NOT NULL DEFAULT 1;
ALTER TABLE workspaces ADD COLUMN public_may_update {int} NOT NULL DEFAULT 0;
ALTER TABLE workspaces ADD COLUMN maps_notice_names {int} NOT NULL DEFAULT 1;
