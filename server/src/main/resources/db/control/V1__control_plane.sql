-- SQL that SQLite and PostgreSQL both run: TEXT, BIGINT and INTEGER only; instants are milliseconds
-- since 1970, sealed bytes are base64, flags are 0 or 1.

CREATE TABLE projects (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  deleting_at BIGINT
);

CREATE TABLE environments (
  project_id TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  PRIMARY KEY (project_id, name)
);

CREATE TABLE settings (
  project_id TEXT PRIMARY KEY REFERENCES projects (id) ON DELETE CASCADE,
  capture TEXT NOT NULL,
  signatures INTEGER NOT NULL,
  retention_days INTEGER NOT NULL,
  masks TEXT NOT NULL
);

CREATE TABLE users (
  id TEXT PRIMARY KEY,
  email TEXT NOT NULL,
  email_key TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  password_phc TEXT NOT NULL,
  created_at BIGINT NOT NULL
);

CREATE TABLE members (
  project_id TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  role TEXT NOT NULL,
  joined_at BIGINT NOT NULL,
  PRIMARY KEY (project_id, user_id)
);

CREATE INDEX members_user ON members (user_id);

CREATE TABLE sessions (
  id TEXT PRIMARY KEY,
  token_sha256 TEXT NOT NULL UNIQUE,
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  created_at BIGINT NOT NULL,
  last_seen_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);

CREATE INDEX sessions_user ON sessions (user_id);

CREATE TABLE invites (
  id TEXT PRIMARY KEY,
  project_id TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
  sha256 TEXT NOT NULL UNIQUE,
  role TEXT NOT NULL,
  created_by TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  used_at BIGINT
);

CREATE INDEX invites_project ON invites (project_id);

CREATE TABLE setup_codes (
  id TEXT PRIMARY KEY,
  sha256 TEXT NOT NULL,
  user_id TEXT REFERENCES users (id) ON DELETE CASCADE,
  wrong_tries INTEGER NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  used_at BIGINT
);

CREATE TABLE providers (
  id TEXT PRIMARY KEY,
  project_id TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  slug TEXT NOT NULL,
  type TEXT NOT NULL,
  base_url TEXT NOT NULL,
  sealed_key TEXT NOT NULL,
  key_version INTEGER NOT NULL,
  key_last4 TEXT NOT NULL,
  is_default INTEGER NOT NULL,
  accepts_slashes INTEGER NOT NULL,
  inject_usage INTEGER NOT NULL,
  connect_ms BIGINT NOT NULL,
  head_ms BIGINT NOT NULL,
  silence_ms BIGINT NOT NULL,
  retries INTEGER NOT NULL,
  fallback_slug TEXT,
  active INTEGER NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  UNIQUE (project_id, slug)
);

CREATE TABLE api_keys (
  id TEXT PRIMARY KEY,
  project_id TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
  environment TEXT NOT NULL,
  name TEXT NOT NULL,
  sha256 TEXT NOT NULL UNIQUE,
  prefix TEXT NOT NULL,
  last4 TEXT NOT NULL,
  scopes TEXT NOT NULL,
  default_agent TEXT,
  bound_provider_id TEXT,
  requests_per_minute INTEGER,
  tokens_per_minute BIGINT,
  concurrent_calls INTEGER,
  monthly_budget_nano_usd BIGINT,
  created_by TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT,
  revoked_at BIGINT,
  last_used_at BIGINT,
  rotation_advised_at BIGINT
);

CREATE INDEX api_keys_project ON api_keys (project_id, id);

CREATE TABLE agents (
  id TEXT PRIMARY KEY,
  project_id TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
  environment TEXT NOT NULL,
  name TEXT NOT NULL,
  initialised INTEGER NOT NULL,
  current_version_id TEXT NOT NULL,
  sampling_ppm INTEGER NOT NULL,
  created_at BIGINT NOT NULL,
  last_seen_at BIGINT NOT NULL,
  UNIQUE (project_id, environment, name)
);

CREATE TABLE agent_versions (
  id TEXT PRIMARY KEY,
  project_id TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
  agent_id TEXT NOT NULL REFERENCES agents (id) ON DELETE CASCADE,
  hash TEXT NOT NULL,
  origin TEXT NOT NULL,
  definition TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  UNIQUE (agent_id, hash)
);

CREATE TABLE saved_views (
  id TEXT PRIMARY KEY,
  project_id TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
  owner_id TEXT NOT NULL,
  name TEXT NOT NULL,
  shared INTEGER NOT NULL,
  definition TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);

CREATE INDEX saved_views_project ON saved_views (project_id);

CREATE TABLE keysets (
  owner TEXT PRIMARY KEY,
  kek_id TEXT NOT NULL,
  wrapped TEXT NOT NULL,
  sealed_key TEXT NOT NULL,
  primary_at BIGINT NOT NULL,
  use_count BIGINT NOT NULL
);

CREATE TABLE audit (
  project_id TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
  sequence BIGINT NOT NULL,
  at BIGINT NOT NULL,
  actor TEXT NOT NULL,
  actor_label TEXT NOT NULL,
  action TEXT NOT NULL,
  target TEXT NOT NULL,
  details TEXT NOT NULL,
  hash TEXT NOT NULL,
  PRIMARY KEY (project_id, sequence)
);
