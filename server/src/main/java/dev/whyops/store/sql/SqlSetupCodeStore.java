package dev.whyops.store.sql;

import static dev.whyops.store.sql.Tables.SETUP_CODES;

import dev.whyops.auth.SetupCodeStore;
import java.time.Instant;
import java.util.Optional;
import org.jooq.Condition;

/** One-time codes in SQL. */
public final class SqlSetupCodeStore implements SetupCodeStore {
  private final Database database;

  public SqlSetupCodeStore(Database database) {
    this.database = database;
  }

  @Override
  public Optional<Row> newest(boolean reset) {
    return database.read(
        sql ->
            sql.selectFrom(SETUP_CODES)
                .where(kind(reset))
                .orderBy(SETUP_CODES.createdAt.desc(), SETUP_CODES.id.desc())
                .limit(1)
                .fetchOptional(
                    row ->
                        new Row(
                            row.get(SETUP_CODES.id),
                            row.get(SETUP_CODES.sha256),
                            row.get(SETUP_CODES.userId),
                            row.get(SETUP_CODES.wrongTries),
                            row.get(SETUP_CODES.expiresAt),
                            row.get(SETUP_CODES.usedAt))));
  }

  @Override
  public void replace(Row row, Instant createdAt) {
    database.write(
        tx -> {
          tx.deleteFrom(SETUP_CODES).where(kind(row.userId() != null)).execute();
          return tx.insertInto(SETUP_CODES)
              .set(SETUP_CODES.id, row.id())
              .set(SETUP_CODES.sha256, row.sha256())
              .set(SETUP_CODES.userId, row.userId())
              .set(SETUP_CODES.wrongTries, row.wrongTries())
              .set(SETUP_CODES.createdAt, createdAt)
              .set(SETUP_CODES.expiresAt, row.expiresAt())
              .execute();
        });
  }

  @Override
  public void countWrongTry(String id) {
    database.write(
        tx ->
            tx.update(SETUP_CODES)
                .set(SETUP_CODES.wrongTries, SETUP_CODES.wrongTries.plus(1))
                .where(SETUP_CODES.id.eq(id))
                .execute());
  }

  @Override
  public boolean use(String id, Instant at) {
    return database.write(
        tx ->
            tx.update(SETUP_CODES)
                    .set(SETUP_CODES.usedAt, at)
                    .where(SETUP_CODES.id.eq(id))
                    .and(SETUP_CODES.usedAt.isNull())
                    .execute()
                == 1);
  }

  private static Condition kind(boolean reset) {
    return reset ? SETUP_CODES.userId.isNotNull() : SETUP_CODES.userId.isNull();
  }
}
