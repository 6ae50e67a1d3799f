package dev.whyops.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The processes that were started here, and only those, are ended here. */
final class Processes implements AutoCloseable {
  private static final int STOP_SECONDS = 60;

  private final Path folder;
  private final List<Process> started = new ArrayList<>();

  /**
   * @param folder where they run and where their logs go
   */
  Processes(Path folder) {
    this.folder = folder;
  }

  Path folder() {
    return folder;
  }

  /** Starts one; variables of ours that the shell has are not passed on. */
  Process spawn(String name, Map<String, String> environment, List<String> command)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(
                ProcessBuilder.Redirect.appendTo(folder.resolve(name + ".log").toFile()));
    builder.environment().keySet().removeIf(variable -> variable.startsWith("WHYOPS_"));
    builder.environment().putAll(environment);
    Process process = builder.start();
    started.add(process);
    return process;
  }

  /** Asks a process to end, and makes it after a minute. */
  void end(Process process) {
    started.remove(process);
    List<ProcessHandle> children = process.children().toList();
    process.destroy();
    try {
      if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
    }
    children.forEach(ProcessHandle::destroy);
  }

  @Override
  public void close() {
    List.copyOf(started).reversed().forEach(this::end);
  }

  /** This program's own Java, with which the others are started too. */
  static String java() {
    return ProcessHandle.current().info().command().orElse("java");
  }

  static Optional<String> onPath(String program) {
    for (String entry : (System.getenv("PATH") + ":/usr/sbin:/usr/local/sbin").split(":")) {
      Path candidate = Path.of(entry, program);
      if (Files.isExecutable(candidate)) {
        return Optional.of(candidate.toString());
      }
    }
    return Optional.empty();
  }

  static int freePort() {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
