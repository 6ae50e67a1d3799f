package dev.whyops.sdk;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a batch ended; {@code sent + rejected + unsent.size()} is the batch.
 *
 * @param unsent to be tried again
 * @param retryAfterMs what the server asked for; null when it did not
 */
record Delivery(
    int sent, int rejected, List<byte[]> unsent, @Nullable Long retryAfterMs, String problem) {

  static Delivery sent(int count) {
    return new Delivery(count, 0, List.of(), null, "");
  }

  static Delivery rejected(int count, String problem) {
    return new Delivery(0, count, List.of(), null, problem);
  }

  static Delivery unsent(List<byte[]> batch, @Nullable Long retryAfterMs, String problem) {
    return new Delivery(0, 0, batch, retryAfterMs, problem);
  }

  Delivery and(Delivery other) {
    List<byte[]> both = new ArrayList<>(unsent);
    both.addAll(other.unsent);
    return new Delivery(
        sent + other.sent,
        rejected + other.rejected,
        both,
        other.retryAfterMs == null ? retryAfterMs : other.retryAfterMs,
        other.problem.isEmpty() ? problem : other.problem);
  }
}
