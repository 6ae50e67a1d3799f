package dev.whyops.kit;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What happens on one connection, per direction. Written as words that stand apart by spaces:
 * {@code down:rst(120) up:latency(5,2)}; without a direction a word holds for {@code down}, from
 * the server to the client.
 *
 * <p>Always: {@code latency(ms,jitter)} · {@code throttle(bytesPerSecond)} · {@code slice(bytes)} ·
 * {@code flip-bits(everyBytes)} · {@code blackhole()}. Once, after that many bytes of the
 * direction: {@code hang(n)} · {@code half-close(n)} · {@code rst(n)} · {@code fin(n)} · {@code
 * truncate(n)} · {@code garbage(n,bytes)} · {@code dup(n,bytes)} · {@code stop-reading(n)}.
 */
public record FaultScript(List<Fault> faults) {
  /** Lets everything through unchanged. */
  public static final FaultScript NONE = new FaultScript(List.of());

  private static final Pattern WORD =
      Pattern.compile("(?:(up|down):)?([a-z-]+)\\((\\d*)(?:,(\\d+))?\\)");

  public FaultScript {
    faults = List.copyOf(faults);
  }

  /** Which way the bytes go. */
  public enum Direction {
    UP,
    DOWN
  }

  /** What is done. */
  public enum Kind {
    LATENCY,
    THROTTLE,
    SLICE,
    FLIP_BITS,
    BLACKHOLE,
    HANG,
    HALF_CLOSE,
    RST,
    FIN,
    TRUNCATE,
    GARBAGE,
    DUP,
    STOP_READING;

    /** True for what happens once, at a byte. */
    boolean isAtAByte() {
      return compareTo(HANG) >= 0;
    }
  }

  /** One word; the numbers mean what the word says. */
  public record Fault(Direction direction, Kind kind, long first, long second) {}

  public static FaultScript of(String words) {
    List<Fault> faults = new ArrayList<>();
    for (String word : words.trim().split("\\s+")) {
      if (word.isEmpty()) {
        continue;
      }
      Matcher parts = WORD.matcher(word);
      if (!parts.matches()) {
        throw new IllegalArgumentException("no fault: " + word);
      }
      faults.add(
          new Fault(
              "up".equals(parts.group(1)) ? Direction.UP : Direction.DOWN,
              Kind.valueOf(parts.group(2).replace('-', '_').toUpperCase(Locale.ROOT)),
              parts.group(3).isEmpty() ? 0 : Long.parseLong(parts.group(3)),
              parts.group(4) == null ? 0 : Long.parseLong(parts.group(4))));
    }
    return new FaultScript(faults);
  }

  Optional<Fault> find(Direction direction, Kind kind) {
    return faults.stream().filter(f -> f.direction() == direction && f.kind() == kind).findFirst();
  }

  /** The earliest fault at a byte of that direction. */
  Optional<Fault> atAByte(Direction direction) {
    return faults.stream()
        .filter(f -> f.direction() == direction && f.kind().isAtAByte())
        .min((a, b) -> Long.compare(a.first(), b.first()));
  }
}
