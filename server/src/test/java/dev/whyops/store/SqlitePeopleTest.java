package dev.whyops.store;

import dev.whyops.store.sql.Database;
import dev.whyops.store.sqlite.SqliteDatabase;

class SqlitePeopleTest extends PeopleContract {
  @Override
  Database openDatabase() {
    return SqliteDatabase.open(folder.resolve("control.db"));
  }
}
