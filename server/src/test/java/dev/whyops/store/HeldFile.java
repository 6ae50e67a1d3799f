package dev.whyops.store;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;

/** A second process that holds a SQLite file exclusively for a while. */
final class HeldFile {
  private HeldFile() {}

  static Process hold(Path file, Duration time) throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                HeldFile.class.getName(),
                file.toString(),
                Long.toString(time.toMillis()))
            .redirectErrorStream(true)
            .start();
    String line = process.inputReader().readLine();
    if (!"held".equals(line)) {
      throw new IOException("the file is not held: " + line);
    }
    return process;
  }

  public static void main(String[] arguments) throws Exception {
    try (var connection = DriverManager.getConnection("jdbc:sqlite:" + arguments[0]);
        var statement = connection.createStatement()) {
      statement.execute("BEGIN EXCLUSIVE");
      System.out.println("held");
      Thread.sleep(Long.parseLong(arguments[1]));
      statement.execute("ROLLBACK");
    }
  }
}
