package dev.whyops.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.store.sql.Database;
import dev.whyops.store.sql.TableCopy;
import dev.whyops.store.sqlite.SqliteDatabase;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A copy that forgets a table or a column would lose it in silence. */
class TableCopyTest {
  /** Flyway fills it in the target itself. */
  private static final Set<String> NOT_COPIED = Set.of("schema_history");

  @TempDir private Path folder;

  @Test
  void copiesEveryColumnOfEveryTable() {
    try (Database source = SqliteDatabase.open(folder.resolve("a.db"));
        Database target = SqliteDatabase.open(folder.resolve("b.db"))) {
      List<String> tables = tables(source);
      source.write(
          sql -> {
            sql.execute("PRAGMA defer_foreign_keys = ON");
            for (String table : tables) {
              sql.execute("DELETE FROM " + table);
              sql.execute("INSERT INTO " + table + values(columns(source, table).size()));
            }
            return null;
          });

      TableCopy.copy(source, target);

      for (String table : tables) {
        assertThat(rows(target, table)).as(table).hasSize(1).isEqualTo(rows(source, table));
      }
    }
  }

  /** Every value is 7, so that rows refer to each other and nothing equals a default. */
  private static String values(int columns) {
    return " VALUES (" + String.join(", ", Collections.nCopies(columns, "7")) + ")";
  }

  private static List<String> tables(Database database) {
    List<String> names =
        database.read(
            sql ->
                sql.fetch("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
                    .into(String.class));
    return names.stream()
        .filter(name -> !NOT_COPIED.contains(name) && !name.startsWith("sqlite_"))
        .toList();
  }

  private static List<String> columns(Database database, String table) {
    return database.read(
        sql -> sql.fetch("SELECT name FROM pragma_table_info('" + table + "')").into(String.class));
  }

  private static List<String> rows(Database database, String table) {
    return database.read(
        sql -> sql.fetch("SELECT * FROM " + table).map(row -> row.intoMap().toString()));
  }
}
