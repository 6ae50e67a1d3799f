-- Counts what ends keys before their time, so that other nodes can forget what they remember.

CREATE TABLE key_changes (
  id INTEGER PRIMARY KEY,
  version BIGINT NOT NULL
);

INSERT INTO key_changes (id, version) VALUES (1, 0);
