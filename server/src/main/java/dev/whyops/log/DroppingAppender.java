package dev.whyops.log;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.spi.ILoggingEvent;
import java.util.concurrent.atomic.LongAdder;

/**
 * Hands log lines to a thread that writes them, and drops and counts those that come while that
 * thread is stuck with a full queue behind it. So a blocked output blocks no request.
 */
public final class DroppingAppender extends AsyncAppender {
  private static final LongAdder DROPPED = new LongAdder();

  /** Lines that were dropped since the start. */
  public static long droppedLines() {
    return DROPPED.sum();
  }

  @Override
  protected void append(ILoggingEvent line) {
    if (getRemainingCapacity() == 0) {
      DROPPED.increment();
    } else {
      super.append(line);
    }
  }
}
