CREATE TABLE findings (
  project_id TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
  id TEXT NOT NULL,
  found_in TEXT NOT NULL,
  trace_id TEXT,
  agent_id TEXT,
  code TEXT NOT NULL,
  severity TEXT NOT NULL,
  status TEXT NOT NULL,
  reason TEXT,
  body TEXT NOT NULL,
  found_at BIGINT NOT NULL,
  PRIMARY KEY (project_id, id)
);

CREATE INDEX findings_found_in ON findings (project_id, found_in);

CREATE INDEX findings_agent ON findings (project_id, agent_id, found_at);

CREATE TABLE suppressions (
  id TEXT PRIMARY KEY,
  project_id TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
  code TEXT NOT NULL,
  agent TEXT,
  tool TEXT,
  path TEXT,
  fingerprint TEXT,
  reason TEXT NOT NULL,
  author TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT
);

CREATE INDEX suppressions_project ON suppressions (project_id);
