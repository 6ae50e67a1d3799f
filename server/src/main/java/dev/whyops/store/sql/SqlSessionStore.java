package dev.whyops.store.sql;

import static dev.whyops.store.sql.Tables.SESSIONS;
import static dev.whyops.store.sql.Tables.USERS;

import dev.whyops.auth.Person;
import dev.whyops.auth.SessionStore;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jooq.Condition;

/** Sessions in SQL. */
public final class SqlSessionStore implements SessionStore {
  private final Database database;

  public SqlSessionStore(Database database) {
    this.database = database;
  }

  @Override
  public Optional<Found> byHash(String tokenSha256) {
    return database.read(
        sql ->
            sql.select(
                    SESSIONS.id,
                    SESSIONS.tokenSha256,
                    SESSIONS.userId,
                    SESSIONS.createdAt,
                    SESSIONS.lastSeenAt,
                    SESSIONS.expiresAt,
                    USERS.email,
                    USERS.name,
                    USERS.createdAt.as("user_created_at"))
                .from(SESSIONS)
                .join(USERS)
                .on(USERS.id.eq(SESSIONS.userId))
                .where(SESSIONS.tokenSha256.eq(tokenSha256))
                .fetchOptional(
                    row ->
                        new Found(
                            new Row(
                                row.value1(),
                                row.value2(),
                                row.value3(),
                                row.value4(),
                                row.value5(),
                                row.value6()),
                            new Person(row.value3(), row.value7(), row.value8(), row.value9()))));
  }

  @Override
  public void insert(Row row) {
    database.write(
        tx ->
            tx.insertInto(SESSIONS)
                .set(SESSIONS.id, row.id())
                .set(SESSIONS.tokenSha256, row.tokenSha256())
                .set(SESSIONS.userId, row.userId())
                .set(SESSIONS.createdAt, row.createdAt())
                .set(SESSIONS.lastSeenAt, row.lastSeenAt())
                .set(SESSIONS.expiresAt, row.expiresAt())
                .execute());
  }

  @Override
  public void touch(Map<String, Instant> lastSeen) {
    database.write(
        tx -> {
          lastSeen.forEach(
              (id, at) ->
                  tx.update(SESSIONS)
                      .set(SESSIONS.lastSeenAt, at)
                      .where(SESSIONS.id.eq(id))
                      .execute());
          return true;
        });
  }

  @Override
  public void delete(String id) {
    delete(SESSIONS.id.eq(id));
  }

  @Override
  public void deleteAllOf(String userId) {
    delete(SESSIONS.userId.eq(userId));
  }

  @Override
  public void deleteEnded(Instant now, Instant idleSince) {
    delete(SESSIONS.expiresAt.le(now).or(SESSIONS.lastSeenAt.lt(idleSince)));
  }

  private void delete(Condition which) {
    database.write(tx -> tx.deleteFrom(SESSIONS).where(which).execute());
  }
}
