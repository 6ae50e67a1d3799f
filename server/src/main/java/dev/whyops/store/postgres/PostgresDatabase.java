package dev.whyops.store.postgres;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool;
import dev.whyops.http.UnavailableException;
import dev.whyops.project.ProjectId;
import dev.whyops.store.sql.Database;
import dev.whyops.store.sql.Dsl;
import dev.whyops.store.sql.Migrations;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import java.util.function.Function;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.exception.DataAccessException;
import org.jooq.impl.DSL;

/**
 * The control plane in PostgreSQL, shared by several nodes. Statements are cut off after 5 s, a
 * connection that answers nothing after 10 s; a transaction that meets another one in a deadlock or
 * a serialisation conflict runs again for {@link #WRITE_PATIENCE}.
 */
public final class PostgresDatabase implements Database {
  static final Duration WRITE_PATIENCE = Duration.ofSeconds(5);

  private static final int CONNECTIONS_MAX = 10;
  private static final Duration CONNECTION_PATIENCE = Duration.ofSeconds(2);
  private static final Set<String> CONFLICTS = Set.of("40001", "40P01");

  /** Classes of SQL states that speak of the server or the way to it, not of the statement. */
  private static final Set<String> ENGINE_FAILURES = Set.of("08", "53", "55", "57", "58", "XX");

  private static final String READ_ONLY_TRANSACTION = "25006";
  private static final String SHUT_DOWN = "57P01";

  private final HikariDataSource pool;
  private final DSLContext dsl;

  private PostgresDatabase(HikariDataSource pool) {
    this.pool = pool;
    this.dsl = Dsl.over(pool, SQLDialect.POSTGRES);
  }

  /**
   * Connects and brings the tables up to date; several nodes may start at once.
   *
   * @throws IllegalArgumentException when the URL is none
   * @throws UnavailableException when the server cannot be reached
   * @throws dev.whyops.store.sql.MigrationException when a newer server wrote the tables
   */
  public static PostgresDatabase open(String url) {
    HikariDataSource pool;
    try {
      pool = new HikariDataSource(pool(PostgresUrl.parse(url)));
    } catch (HikariPool.PoolInitializationException e) {
      throw new UnavailableException(
          "control_plane_unavailable",
          "The database of WHYOPS_DATABASE_URL cannot be reached or refuses the login.");
    }
    try {
      Migrations.run(pool);
      return new PostgresDatabase(pool);
    } catch (RuntimeException e) {
      pool.close();
      throw e;
    }
  }

  @Override
  public <T> T read(Function<DSLContext, T> work) {
    try {
      try {
        return work.apply(dsl);
      } catch (DataAccessException e) {
        if (!connectionLost(e)) {
          throw e;
        }
        return work.apply(dsl); // the pool hands out a connection that died moments ago
      }
    } catch (DataAccessException e) {
      throw engineFailed(e) ? unavailable() : e;
    }
  }

  @Override
  public <T> T write(Function<DSLContext, T> work) {
    long deadline = System.nanoTime() + WRITE_PATIENCE.toNanos();
    while (true) {
      try {
        return dsl.transactionResult(transaction -> work.apply(DSL.using(transaction)));
      } catch (DataAccessException e) {
        if (!CONFLICTS.contains(e.sqlState())) {
          throw engineFailed(e) ? unavailable() : e;
        }
        if (System.nanoTime() - deadline >= 0) {
          throw unavailable();
        }
      }
    }
  }

  @Override
  public void lockAudit(DSLContext transaction, ProjectId project) {
    transaction
        .resultQuery("SELECT 1 FROM pg_advisory_xact_lock(hashtextextended(?, 0))", project.value())
        .fetch();
  }

  @Override
  public boolean isShared() {
    return true;
  }

  @Override
  public <T> T snapshot(Function<DSLContext, T> work) {
    return write(
        sql -> {
          sql.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY");
          return work.apply(sql);
        });
  }

  @Override
  public void close() {
    pool.close();
  }

  private static boolean connectionLost(DataAccessException e) {
    return e.sqlState().startsWith("08") || e.sqlState().equals(SHUT_DOWN);
  }

  private static boolean engineFailed(DataAccessException e) {
    String state = e.sqlState();
    return !(e.getCause() instanceof SQLException)
        || state.length() < 2
        || ENGINE_FAILURES.contains(state.substring(0, 2))
        || state.equals(READ_ONLY_TRANSACTION)
        || state.equals("00000");
  }

  private static UnavailableException unavailable() {
    return new UnavailableException(
        "control_plane_unavailable", "The control plane cannot answer now. Try again.");
  }

  private static HikariConfig pool(PostgresUrl url) {
    HikariConfig config = new HikariConfig();
    config.setPoolName("control-postgres");
    config.setJdbcUrl(url.jdbc());
    url.user().ifPresent(config::setUsername);
    url.password().ifPresent(config::setPassword);
    config.setMaximumPoolSize(CONNECTIONS_MAX);
    config.setConnectionTimeout(CONNECTION_PATIENCE.toMillis());
    config.addDataSourceProperty("connectTimeout", "5");
    config.addDataSourceProperty("socketTimeout", "10");
    config.addDataSourceProperty("tcpKeepAlive", "true");
    config.addDataSourceProperty("ApplicationName", "whyops");
    config.addDataSourceProperty("options", "-c statement_timeout=5000 -c lock_timeout=5000");
    return config;
  }
}
