package dev.whyops.continuity;

import dev.whyops.id.Ids;
import dev.whyops.project.ProjectId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The 96 bits by which a signature names a trace: those of a generated id, or a hash of any other.
 *
 * @param high the first 64 of them
 * @param low the last 32
 */
record TraceRef(long high, int low) {
  static final String GENERATED = "trc_";
  static final int BYTES = 12;

  /** No id was generated before; a hash nearly always tells another time. */
  private static final long FIRST_MILLIS = 1_700_000_000_000L;

  private static final Duration CLOCKS_DIFFER = Duration.ofDays(2);

  static TraceRef of(ProjectId project, String traceId) {
    return Ids.decode(GENERATED, traceId)
        .map(bits -> read(ByteBuffer.wrap(bits)))
        .orElseGet(() -> hashed(project, traceId));
  }

  private static TraceRef hashed(ProjectId project, String traceId) {
    MessageDigest digest = Key.sha256();
    digest.update(project.value().getBytes(StandardCharsets.UTF_8));
    digest.update((byte) 0);
    digest.update(traceId.getBytes(StandardCharsets.UTF_8));
    return read(ByteBuffer.wrap(digest.digest()));
  }

  static TraceRef read(ByteBuffer bytes) {
    return new TraceRef(bytes.getLong(), bytes.getInt());
  }

  void write(ByteBuffer bytes) {
    bytes.putLong(high).putInt(low);
  }

  /** The generated id with these bits; empty when they tell a time at which none was made. */
  Optional<String> generatedId(Instant now) {
    long millis = high >>> 16;
    if (millis < FIRST_MILLIS || millis > now.plus(CLOCKS_DIFFER).toEpochMilli()) {
      return Optional.empty();
    }
    ByteBuffer bits = ByteBuffer.allocate(BYTES);
    write(bits);
    return Optional.of(Ids.encode(GENERATED, bits.array()));
  }
}
