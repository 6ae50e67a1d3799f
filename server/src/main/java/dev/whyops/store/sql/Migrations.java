package dev.whyops.store.sql;

import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the tables up to date, each step in a transaction of its own: a kill leaves the state
 * before or after a step, and the next start goes on.
 */
public final class Migrations {
  private static final Logger LOG = LoggerFactory.getLogger(Migrations.class);
  private static final String LOCATION = "classpath:db/control";

  private Migrations() {}

  /**
   * @throws MigrationException when a newer server wrote the tables, or a step fails
   */
  public static void run(DataSource source) {
    Flyway flyway =
        Flyway.configure()
            .dataSource(source)
            .locations(LOCATION)
            .table("schema_history")
            .placeholderReplacement(false)
            .cleanDisabled(true)
            .load();
    try {
      for (MigrationInfo step : flyway.info().applied()) {
        if (step.getState().isApplied() && !step.getState().isResolved()) {
          throw new MigrationException(
              "The control plane was written by a newer server (schema "
                  + step.getVersion()
                  + "). Start that version, or restore a backup.");
        }
      }
      flyway.migrate();
    } catch (FlywayException e) {
      LOG.debug("migration failed", e);
      throw new MigrationException(
          "The tables of the control plane cannot be brought up to date: " + firstLine(e));
    }
  }

  private static String firstLine(FlywayException e) {
    return String.valueOf(e.getMessage()).lines().filter(l -> !l.isBlank()).findFirst().orElse("");
  }
}
