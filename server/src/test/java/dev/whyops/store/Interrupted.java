package dev.whyops.store;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.Statement;
import javax.sql.DataSource;

/** A data source that runs something before each statement and each commit. */
final class Interrupted {
  private Interrupted() {}

  static DataSource before(DataSource source, Runnable event) {
    return wrap(DataSource.class, source, event);
  }

  private static <T> T wrap(Class<T> type, T target, Runnable event) {
    return type.cast(
        Proxy.newProxyInstance(
            Interrupted.class.getClassLoader(),
            new Class<?>[] {type},
            (_, method, arguments) -> {
              if (method.getName().startsWith("execute") || method.getName().equals("commit")) {
                event.run();
              }
              Object result;
              try {
                result = method.invoke(target, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause() == null ? e : e.getCause();
              }
              return switch (result) {
                case PreparedStatement statement -> wrap(PreparedStatement.class, statement, event);
                case Statement statement -> wrap(Statement.class, statement, event);
                case Connection connection -> wrap(Connection.class, connection, event);
                case null, default -> result;
              };
            }));
  }
}
