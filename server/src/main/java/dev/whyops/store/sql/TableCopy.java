package dev.whyops.store.sql;

import java.util.List;
import java.util.stream.Stream;
import org.jooq.Cursor;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.impl.DSL;

/**
 * Copies a control plane from one database into another, whatever their engines: all columns are
 * text and whole numbers in both. Reads one state and writes one transaction.
 */
public final class TableCopy {
  /** In one statement; SQLite takes 32,766 values. */
  private static final int ROWS_MAX = 500;

  private TableCopy() {}

  /** Nobody has used the database: it holds no project and no account. */
  public static boolean isUnused(Database database) {
    return database.snapshot(
        sql -> sql.fetchCount(Tables.PROJECTS) == 0 && sql.fetchCount(Tables.USERS) == 0);
  }

  /**
   * @param target has its tables and is unused
   * @return rows copied
   */
  public static long copy(Database source, Database target) {
    return source.snapshot(
        from ->
            target.write(
                to -> {
                  long rows = 0;
                  for (NamedTable table : Tables.ALL) {
                    to.deleteFrom(table).execute(); // what the migrations put there
                    rows += copy(table, from, to);
                  }
                  return rows;
                }));
  }

  private static long copy(NamedTable table, DSLContext from, DSLContext to) {
    long rows = 0;
    List<Field<?>> columns = Stream.of(table.fields()).<Field<?>>map(TableCopy::stored).toList();
    try (Cursor<Record> cursor = from.select(columns).from(table).fetchSize(ROWS_MAX).fetchLazy()) {
      while (cursor.hasNext()) {
        List<Record> some = cursor.fetchNext(ROWS_MAX);
        to.insertInto(table).columns(columns).valuesOfRecords(some).execute();
        rows += some.size();
      }
    }
    return rows;
  }

  /** The column as the engine holds it: what it means to the server does not matter here. */
  private static Field<?> stored(Field<?> column) {
    return DSL.field(column.getUnqualifiedName(), column.getConverter().fromType());
  }
}
