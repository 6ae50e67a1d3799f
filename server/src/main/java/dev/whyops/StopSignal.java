package dev.whyops;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Ends the process in order at a signal, also at one that comes while it starts: the start breaks
 * off after the step it is at, what is open is closed, and the exit code is 0, as a stop that was
 * asked for is a success. (The JVM would end with 143.)
 */
final class StopSignal {
  /** A step of the start that hangs, such as a database without an answer, is not waited for. */
  private static final long START_STEP_SECONDS_MAX = 30;

  /** How a start ended. */
  private sealed interface End {
    record Started(Server server) implements End {}

    record BrokenOff() implements End {}

    record Failed() implements End {}
  }

  /** The start was told to break off; everything it had opened is closed. */
  static final class StartBrokenOff extends RuntimeException {
    private static final long serialVersionUID = 1;

    StartBrokenOff() {
      super("the start was broken off by a signal", null, false, false);
    }
  }

  /** Opens a server, and asks between its steps whether to go on. */
  interface Starting {
    Server start(StopSignal signal);
  }

  private final CompletableFuture<End> start = new CompletableFuture<>();
  private volatile boolean asked;

  private StopSignal() {}

  /** Starts a server that a signal stops from now on. */
  static Server obeyedBy(Starting starting) {
    StopSignal signal = new StopSignal();
    Runtime.getRuntime().addShutdownHook(new Thread(signal::stop, "shutdown"));
    try {
      Server server = starting.start(signal);
      signal.start.complete(new End.Started(server));
      return server;
    } catch (RuntimeException e) {
      if (signal.asked) { // whatever it is: in a process that ends much cannot be opened any more
        signal.start.complete(new End.BrokenOff());
        throw new StartBrokenOff();
      }
      throw e;
    } finally {
      signal.start.complete(new End.Failed()); // unless it ended otherwise
    }
  }

  /** To be called between the steps of a start. */
  void breakOffIfAsked() {
    if (asked) {
      throw new StartBrokenOff();
    }
  }

  private void stop() {
    asked = true;
    switch (end()) {
      case End.Started(Server server) -> {
        server.close();
        Runtime.getRuntime().halt(0);
      }
      case End.BrokenOff broken -> Runtime.getRuntime().halt(0);
      case End.Failed failed -> {} // the process ends by that, with an exit code that tells why
    }
  }

  private End end() {
    try {
      return start.get(START_STEP_SECONDS_MAX, TimeUnit.SECONDS);
    } catch (TimeoutException | InterruptedException | ExecutionException e) {
      return new End.Failed();
    }
  }
}
