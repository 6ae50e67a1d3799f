package dev.whyops.store.sql;

import static dev.whyops.store.sql.Tables.KEYSETS;

import dev.whyops.vault.Keysets;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;

/** Wrapped keysets in SQL. */
public final class SqlKeysets implements Keysets {
  private final Database database;

  public SqlKeysets(Database database) {
    this.database = database;
  }

  @Override
  public Optional<Row> find(String owner) {
    return database.read(sql -> find(sql, owner));
  }

  @Override
  public List<String> owners() {
    return database.read(
        sql -> sql.select(KEYSETS.owner).from(KEYSETS).orderBy(KEYSETS.owner).fetch(KEYSETS.owner));
  }

  @Override
  public Row insertIfAbsent(Row row) {
    return database.write(
        tx -> {
          tx.insertInto(KEYSETS)
              .set(KEYSETS.owner, row.owner())
              .set(KEYSETS.kekId, row.kekId())
              .set(KEYSETS.wrapped, row.wrapped())
              .set(KEYSETS.sealedKey, row.sealedKey())
              .set(KEYSETS.primaryAt, row.primaryAt())
              .set(KEYSETS.useCount, row.useCount())
              .onConflictDoNothing()
              .execute();
          return find(tx, row.owner()).orElseThrow();
        });
  }

  @Override
  public boolean replace(Row before, Row after) {
    return database.write(
        tx ->
            tx.update(KEYSETS)
                    .set(KEYSETS.kekId, after.kekId())
                    .set(KEYSETS.wrapped, after.wrapped())
                    .set(KEYSETS.primaryAt, after.primaryAt())
                    .set(KEYSETS.useCount, after.useCount())
                    .where(KEYSETS.owner.eq(before.owner()))
                    .and(KEYSETS.wrapped.eq(before.wrapped()))
                    .execute()
                == 1);
  }

  private static Optional<Row> find(DSLContext sql, String owner) {
    return sql.selectFrom(KEYSETS)
        .where(KEYSETS.owner.eq(owner))
        .fetchOptional(
            row ->
                new Row(
                    row.get(KEYSETS.owner),
                    row.get(KEYSETS.kekId),
                    row.get(KEYSETS.wrapped),
                    row.get(KEYSETS.sealedKey),
                    row.get(KEYSETS.primaryAt),
                    row.get(KEYSETS.useCount)));
  }
}
