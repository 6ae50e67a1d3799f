package dev.whyops.store;

import dev.whyops.config.Settings;
import dev.whyops.store.postgres.PostgresDatabase;
import dev.whyops.store.sql.Database;
import dev.whyops.store.sql.TableCopy;
import dev.whyops.store.sqlite.SqliteDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The control plane as one file, in the form of the embedded database, for backups: written from
 * whatever database the settings name, and read into it. So a backup also moves an installation
 * from SQLite to PostgreSQL or back.
 */
public final class ControlPlaneFile {
  private ControlPlaneFile() {}

  /**
   * @param file does not exist
   */
  public static void write(Settings settings, Path file) {
    try (Database source = open(settings);
        Database copy = SqliteDatabase.open(file)) {
      TableCopy.copy(source, copy);
    }
  }

  /**
   * @throws IOException when the database of the settings is in use already
   */
  public static void requireUnused(Settings settings) throws IOException {
    try (Database target = open(settings)) {
      if (!TableCopy.isUnused(target)) {
        throw new IOException(
            "the database of WHYOPS_DATABASE_URL is in use; restore only into an empty one");
      }
    }
  }

  /** The database of the settings is unused. */
  public static void read(Path file, Settings settings) {
    try (Database backup = SqliteDatabase.open(file);
        Database target = open(settings)) {
      TableCopy.copy(backup, target);
    }
  }

  /** Whether a server has ever started with these settings; makes no file. */
  public static boolean exists(Settings settings) {
    if (settings.databaseUrl().isEmpty()) {
      return Files.isRegularFile(settings.dataDir().resolve(ControlPlane.FILE));
    }
    try (Database database = open(settings)) {
      return !TableCopy.isUnused(database);
    }
  }

  static Database open(Settings settings) {
    return settings
        .databaseUrl()
        .<Database>map(PostgresDatabase::open)
        .orElseGet(() -> SqliteDatabase.open(ControlPlane.embeddedFile(settings.dataDir())));
  }
}
