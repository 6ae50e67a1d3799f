package dev.whyops.store;

import dev.whyops.store.postgres.PostgresDatabase;
import dev.whyops.store.sql.Database;
import org.jspecify.annotations.Nullable;

class PostgresProjectsIT extends ProjectsContract {
  private @Nullable String url;

  @Override
  Database openDatabase() throws Exception {
    if (url == null) {
      url = PostgresCluster.started().newDatabase();
    }
    return PostgresDatabase.open(url);
  }
}
