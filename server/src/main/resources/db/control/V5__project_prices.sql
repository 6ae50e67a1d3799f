CREATE TABLE project_prices (
  project_id TEXT PRIMARY KEY REFERENCES projects (id) ON DELETE CASCADE,
  price_rows TEXT NOT NULL,
  updated_at BIGINT NOT NULL
);
