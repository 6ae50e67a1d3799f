package dev.whyops.store.sql;

import static dev.whyops.store.sql.Tables.PROJECT_PRICES;

import dev.whyops.audit.AuditNote;
import dev.whyops.project.ProjectScope;
import dev.whyops.tenancy.PriceStore;
import java.time.Instant;
import java.util.Optional;

/** Price rows of projects in SQL. */
public final class SqlPriceStore implements PriceStore {
  private final Database database;
  private final SqlAuditLog audit;

  public SqlPriceStore(Database database, SqlAuditLog audit) {
    this.database = database;
    this.audit = audit;
  }

  @Override
  public Optional<String> rows(ProjectScope scope) {
    return database.read(
        sql ->
            sql.select(PROJECT_PRICES.rows)
                .from(PROJECT_PRICES)
                .where(PROJECT_PRICES.projectId.eq(scope.project().value()))
                .fetchOptional(PROJECT_PRICES.rows));
  }

  @Override
  public void save(ProjectScope scope, String rowsJson, Instant at, AuditNote note) {
    database.write(
        tx -> {
          tx.insertInto(PROJECT_PRICES)
              .set(PROJECT_PRICES.projectId, scope.project().value())
              .set(PROJECT_PRICES.rows, rowsJson)
              .set(PROJECT_PRICES.updatedAt, at)
              .onConflict(PROJECT_PRICES.projectId)
              .doUpdate()
              .set(PROJECT_PRICES.rows, rowsJson)
              .set(PROJECT_PRICES.updatedAt, at)
              .execute();
          audit.append(tx, scope.project(), note);
          return true;
        });
  }
}
