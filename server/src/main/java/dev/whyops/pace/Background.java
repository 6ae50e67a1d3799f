package dev.whyops.pace;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts a thread behind all others: it gets what they leave. {@link Pace} shares out tenths of a
 * second; within a millisecond only the system can say that a call which has just come goes first.
 *
 * <p>On Linux each thread has a nice value of its own, which the platform's own priorities do not
 * reach without privileges. Elsewhere nothing happens.
 */
public final class Background {
  private static final Logger LOG = LoggerFactory.getLogger(Background.class);

  /** Leaves it about a tenth of the weight that it had. */
  static final int BY = 10;

  private Background() {}

  /** Puts the calling thread there, for good. A platform thread only. */
  public static void enter() {
    if (!System.getProperty("os.name", "").equals("Linux")) {
      return;
    }
    try {
      Linker linker = Linker.nativeLinker();
      MethodHandle nice =
          linker.downcallHandle(
              linker.defaultLookup().findOrThrow("nice"),
              FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
      int now = (int) nice.invokeExact(BY);
      LOG.debug("background thread={} nice={}", Thread.currentThread().getName(), now);
    } catch (Throwable e) { // a thread that runs beside the others is no reason not to run
      LOG.info("background_priority_unavailable cause={}", e.toString());
    }
  }
}
