package dev.whyops.store.duckdb;

import java.nio.file.Path;
import java.time.Duration;

/**
 * @param directory where the day files lie
 * @param rowsMax events in one file; then the next one of the day begins
 * @param bytesMax size of one file
 * @param memoryMib what DuckDB may use while wide questions are asked
 * @param storingMib what it may use otherwise
 * @param checkpointMib rows that are not folded into a file lie in memory, uncompressed, and in a
 *     log: so much of the log begins the folding
 * @param traceIdle a trace closes after this time without event
 */
public record DuckDbSettings(
    Path directory,
    long rowsMax,
    long bytesMax,
    int memoryMib,
    int storingMib,
    int checkpointMib,
    Duration traceIdle) {
  private static final int STORING_MIB = 160;
  private static final int CHECKPOINT_MIB = 64;
  private static final Duration TRACE_IDLE = Duration.ofSeconds(30);

  public DuckDbSettings(Path directory, long rowsMax, long bytesMax, int memoryMib) {
    this(directory, rowsMax, bytesMax, memoryMib, STORING_MIB, CHECKPOINT_MIB, TRACE_IDLE);
  }

  /** A quarter of the machine's memory, 4 GiB at most. */
  public static DuckDbSettings in(Path directory) {
    long machine =
        java.lang.management.ManagementFactory.getOperatingSystemMXBean()
                instanceof com.sun.management.OperatingSystemMXBean os
            ? os.getTotalMemorySize()
            : 4L << 30;
    int memoryMib = (int) Math.clamp(machine / 4 >> 20, 256, 4096);
    return new DuckDbSettings(directory, 2_000_000, 4L << 30, memoryMib);
  }

  public DuckDbSettings withTraceIdle(Duration idle) {
    return new DuckDbSettings(
        directory, rowsMax, bytesMax, memoryMib, storingMib, checkpointMib, idle);
  }
}
