package dev.whyops.store;

import dev.whyops.store.sql.Database;
import dev.whyops.store.sqlite.SqliteDatabase;

class SqliteKeysAndProvidersTest extends KeysAndProvidersContract {
  @Override
  Database openDatabase() {
    return SqliteDatabase.open(folder.resolve("control.db"));
  }
}
