-- What the code in consents.facets means: one row for each combination that consents of a workspace have. NULL says
-- that this combination does not tell, and that the consent itself has to be asked.
CREATE TABLE facets (
  workspace_id {int} NOT NULL,
  code {int} NOT NULL,
  is_private {int} NOT NULL,
  is_cookie_choice {int} NOT NULL,
  is_verified {int} NOT NULL,
  has_ip {int},
  names {bytes},
  PRIMARY KEY (workspace_id, code)
) {plain};

-- Until now the code was a number from 0 to 7: private 1, cookie choice 2, verified 4.
INSERT INTO facets (workspace_id, code, is_private, is_cookie_choice, is_verified)
  SELECT w.id, b.code, b.is_private, b.is_cookie_choice, b.is_verified
  FROM workspaces w CROSS JOIN (
    SELECT 0 AS code, 0 AS is_private, 0 AS is_cookie_choice, 0 AS is_verified
    UNION ALL SELECT 1, 1, 0, 0 UNION ALL SELECT 2, 0, 1, 0 UNION ALL SELECT 3, 1, 1, 0
    UNION ALL SELECT 4, 0, 0, 1 UNION ALL SELECT 5, 1, 0, 1 UNION ALL SELECT 6, 0, 1, 1 UNION ALL SELECT 7, 1, 1, 1
  ) b
  WHERE EXISTS (SELECT 1 FROM consents c WHERE c.workspace_id = w.id AND c.facets = b.code);

-- Values that many consents share: with the combination in the index, a filter on both reads no other row.
DROP INDEX consents_by_first_name;
DROP INDEX consents_by_last_name;
DROP INDEX consents_by_ip;
CREATE INDEX consents_by_first_name ON consents (workspace_id, first_name_hash, at, id, facets) WHERE first_name_hash IS NOT NULL;
CREATE INDEX consents_by_last_name ON consents (workspace_id, last_name_hash, at, id, facets) WHERE last_name_hash IS NOT NULL;
CREATE INDEX consents_by_ip ON consents (workspace_id, ip_hash, at, id, facets) WHERE ip_hash IS NOT NULL;
