package dev.whyops.store.sql;

import java.sql.Connection;
import javax.sql.DataSource;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.conf.RenderQuotedNames;
import org.jooq.conf.Settings;
import org.jooq.impl.DSL;

/** Makes jOOQ contexts with one set of settings; parameters never reach a log. */
public final class Dsl {
  static {
    System.setProperty("org.jooq.no-logo", "true");
    System.setProperty("org.jooq.no-tips", "true");
  }

  private static final Settings SETTINGS =
      new Settings()
          .withRenderQuotedNames(RenderQuotedNames.NEVER)
          .withExecuteLogging(false)
          .withExecuteLoggingSQLExceptions(false)
          .withDiagnosticsLogging(false);

  private Dsl() {}

  public static DSLContext over(Connection connection, SQLDialect dialect) {
    return DSL.using(connection, dialect, SETTINGS);
  }

  public static DSLContext over(DataSource source, SQLDialect dialect) {
    return DSL.using(source, dialect, SETTINGS);
  }
}
