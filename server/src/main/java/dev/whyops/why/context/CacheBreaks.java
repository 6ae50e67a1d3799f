package dev.whyops.why.context;

import dev.whyops.provider.Usage;
import dev.whyops.why.context.ContextDiff.Break;
import dev.whyops.why.context.ContextDiff.Cache;
import dev.whyops.why.context.ContextDiff.Reason;
import dev.whyops.why.view.Message;
import dev.whyops.why.view.ModelCall;
import dev.whyops.why.view.Tool;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why a prompt cache was not hit. A provider caches a prefix in the order tools, system, messages;
 * the first byte that differs ends it.
 */
final class CacheBreaks {
  static final long CACHED_TOKENS_MIN = 1_024;
  private static final Duration TTL = Duration.ofMinutes(5);
  private static final Duration LONG_TTL = Duration.ofHours(1);
  private static final int AROUND_CHARS = 20;

  private CacheBreaks() {}

  /** A piece of the prefix with the name under which it is shown. */
  private record Piece(String name, String raw) {}

  static @Nullable Cache of(ModelCall before, ModelCall now, ModelFacts models) {
    Usage usage = now.end().event().facts().usage();
    Usage earlier = before.end().event().facts().usage();
    if (usage == null || usage.cacheRead() == null || earlier == null) {
      return null;
    }
    if (!before.context().captured() || !now.context().captured()) {
      return null;
    }
    List<Piece> a = pieces(before);
    List<Piece> b = pieces(now);
    int same = 0;
    long prefixChars = 0;
    while (same < a.size() && same < b.size() && a.get(same).raw().equals(b.get(same).raw())) {
      prefixChars += a.get(same).raw().length();
      same++;
    }
    Break at = same < a.size() ? broken(a, b, same) : null;
    long chars = Math.max(1, chars(b));
    long input = now.inputTokens() == null ? chars / 4 : now.inputTokens();
    long shared = prefixChars + (at == null ? 0 : sharedBehind(a, b, same));
    long sharedTokens = Math.round((double) shared / chars * input);
    long expected = Math.min(cachedAfter(before, earlier), sharedTokens);
    long read = usage.cacheRead();
    Reason reason = reason(before, now, at, expected, read, input);
    return new Cache(at, reason, expected, read, missCost(now, models, expected - read));
  }

  private static @Nullable Reason reason(
      ModelCall before, ModelCall now, @Nullable Break at, long expected, long read, long input) {
    if (!before.model().equals(now.model())
        || !ContextDiffs.provider(before).equals(ContextDiffs.provider(now))) {
      return Reason.MODEL_CHANGED;
    }
    // Providers cache in blocks of 128 tokens and more, so a little less is no miss.
    if (expected - read <= Math.max(256, expected / 10)) {
      return expected == 0 && read == 0 && input < CACHED_TOKENS_MIN ? Reason.TOO_SHORT : null;
    }
    if (input < CACHED_TOKENS_MIN) {
      return Reason.TOO_SHORT;
    }
    if (at != null) {
      return Reason.PREFIX_CHANGED;
    }
    Duration gap =
        Duration.between(before.end().event().timestamp(), now.start().event().timestamp());
    Usage earlier = before.end().event().facts().usage();
    boolean longLived =
        earlier != null && earlier.cacheWrite1h() != null && earlier.cacheWrite1h() > 0;
    if (gap.compareTo(longLived ? LONG_TTL : TTL) > 0) {
      return Reason.TTL_ELAPSED;
    }
    return marked(now) || !anthropic(now) ? Reason.PROVIDER : Reason.NO_BREAKPOINT;
  }

  /** Tokens that the cache held after the call before. */
  private static long cachedAfter(ModelCall before, Usage usage) {
    if (anthropic(before)) {
      return value(usage.cacheRead()) + value(usage.cacheWrite5m()) + value(usage.cacheWrite1h());
    }
    Long input = before.inputTokens();
    return input == null || input < CACHED_TOKENS_MIN ? 0 : input;
  }

  /** Characters behind the changed piece that would have been the same prefix. */
  private static long sharedBehind(List<Piece> a, List<Piece> b, int broken) {
    long chars = broken < b.size() ? sameEnd(a.get(broken).raw(), b.get(broken).raw()) : 0;
    int i = broken + 1;
    while (i < a.size() && i < b.size() && a.get(i).raw().equals(b.get(i).raw())) {
      chars += a.get(i++).raw().length();
    }
    return chars;
  }

  /** Equal characters at the end of a changed piece, behind the part that changed. */
  private static int sameEnd(String was, String is) {
    int most = Math.min(was.length(), is.length());
    int same = 0;
    while (same < most
        && was.charAt(was.length() - 1 - same) == is.charAt(is.length() - 1 - same)) {
      same++;
    }
    return same;
  }

  private static Break broken(List<Piece> a, List<Piece> b, int index) {
    String was = a.get(index).raw();
    String is = index < b.size() ? b.get(index).raw() : "";
    int at = 0;
    while (at < was.length() && at < is.length() && was.charAt(at) == is.charAt(at)) {
      at++;
    }
    long bytes = 0;
    for (int i = 0; i < index; i++) {
      bytes += a.get(i).raw().getBytes(StandardCharsets.UTF_8).length;
    }
    bytes += was.substring(0, at).getBytes(StandardCharsets.UTF_8).length;
    String name = index < b.size() ? b.get(index).name() : a.get(index).name();
    return new Break(name, bytes, around(was, at), around(is, at));
  }

  private static String around(String text, int at) {
    return text.substring(
        Math.max(0, Math.min(at, text.length()) - AROUND_CHARS),
        Math.min(text.length(), at + AROUND_CHARS));
  }

  private static List<Piece> pieces(ModelCall call) {
    List<Piece> pieces = new ArrayList<>();
    List<Tool> tools = call.context().tools();
    for (int i = 0; i < tools.size(); i++) {
      pieces.add(new Piece("tools[" + i + "]", tools.get(i).raw()));
    }
    if (call.context().system() != null) {
      pieces.add(new Piece("system", call.context().system().raw()));
    }
    List<Message> messages = call.context().messages();
    for (int i = 0; i < messages.size(); i++) {
      pieces.add(new Piece("messages[" + i + "]", messages.get(i).raw()));
    }
    return pieces;
  }

  private static boolean marked(ModelCall call) {
    return pieces(call).stream().anyMatch(piece -> piece.raw().contains("\"cache_control\""));
  }

  private static boolean anthropic(ModelCall call) {
    Usage usage = call.end().event().facts().usage();
    return usage != null && usage.rule().startsWith("ANTHROPIC");
  }

  private static @Nullable Long missCost(ModelCall call, ModelFacts models, long missed) {
    if (missed <= 0) {
      return 0L;
    }
    ModelFacts.Prices prices =
        models.prices(ContextDiffs.provider(call), call.model(), call.end().event().timestamp());
    if (prices == null) {
      return null;
    }
    return missed * (prices.inputNanoPerMillion() - prices.cacheReadNanoPerMillion()) / 1_000_000;
  }

  private static long chars(List<Piece> pieces) {
    long chars = 0;
    for (Piece piece : pieces) {
      chars += piece.raw().length();
    }
    return chars;
  }

  private static long value(@Nullable Long n) {
    return n == null ? 0 : n;
  }
}
