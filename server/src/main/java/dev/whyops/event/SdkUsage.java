package dev.whyops.event;

import dev.whyops.event.RawEvent.Kind;
import dev.whyops.event.RawEvent.Value;
import dev.whyops.provider.Media;
import dev.whyops.provider.Usage;
import dev.whyops.provider.UsageReader;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code metadata.usage}. As documented, {@code promptTokens} is the uncached input; clients
 * that count the cached part into it are told by their own total, and read accordingly. Tokens of
 * sound and pictures are parts of the prompt, the cached part and the completion, as reasoning is.
 */
final class SdkUsage {
  private static final BigDecimal TOKENS_MAX = BigDecimal.TEN.pow(12);
  private static final List<String> COUNTS =
      List.of(
          "promptTokens",
          "completionTokens",
          "totalTokens",
          "cacheReadTokens",
          "cacheCreationTokens",
          "cacheWrite5mTokens",
          "cacheWrite1hTokens",
          "reasoningTokens",
          "inputAudioTokens",
          "inputImageTokens",
          "cacheReadAudioTokens",
          "cacheReadImageTokens",
          "outputAudioTokens",
          "outputImageTokens");

  private final RawEvent event;

  private SdkUsage(RawEvent event) {
    this.event = event;
  }

  /** Null when there is none; faults are noted on the event. */
  static @Nullable Usage read(RawEvent event) {
    Value whole = event.metadata.get("usage");
    if (whole == null || whole.kind() == Kind.NULL) {
      return null;
    }
    SdkUsage usage = new SdkUsage(event);
    if (whole.kind() != Kind.OBJECT) {
      event.fault("metadata.usage", "must be an object", "bad_usage");
      return null;
    }
    COUNTS.forEach(usage::check);
    return event.faults.isEmpty() ? usage.read() : null;
  }

  private void check(String name) {
    Value value = event.usage.get(name);
    if (value == null || value.kind() == Kind.NULL) {
      return;
    }
    if (value.kind() != Kind.NUMBER || !isCount(value.text())) {
      event.fault(
          "metadata.usage." + name, "must be a whole number from 0 below 10^12", "bad_usage");
    }
  }

  private static boolean isCount(String number) {
    if (number.length() > IngestLimits.FIELD_NUMBER_CHARS_MAX) {
      return false;
    }
    BigDecimal value = new BigDecimal(number);
    return value.signum() >= 0
        && value.compareTo(TOKENS_MAX) < 0
        && value.stripTrailingZeros().scale() <= 0;
  }

  private Usage read() {
    Long prompt = count("promptTokens");
    Long completion = count("completionTokens");
    Long total = count("totalTokens");
    Long cacheRead = count("cacheReadTokens");
    Long write1h = count("cacheWrite1hTokens");
    Long write5m = count("cacheWrite5mTokens");
    Long written = count("cacheCreationTokens");
    if (write5m == null && written != null) {
      write5m = Math.max(0, written - or0(write1h));
    }
    long cached = or0(cacheRead) + or0(write5m) + or0(write1h);
    boolean inclusive =
        prompt != null
            && total != null
            && cached > 0
            && cached <= prompt
            && total == prompt + or0(completion);
    Long input = prompt;
    if (prompt != null && inclusive) {
      input = prompt - cached;
    }
    boolean odd = total != null && total != or0(input) + or0(completion) + cached && total != 0;
    Media media = media().within(input);
    Long text = UsageReader.rest(input, media.inputAudio(), media.inputImage());
    Long read = UsageReader.rest(cacheRead, media.cacheReadAudio(), media.cacheReadImage());
    Long said = UsageReader.rest(completion, media.outputAudio(), media.outputImage());
    odd |= or0(text) < 0 || or0(read) < 0 || or0(said) < 0;
    return new Usage(
        text,
        read,
        write5m,
        write1h,
        said,
        count("reasoningTokens"),
        inclusive ? "SDK_INCLUSIVE" : "SDK_EXCLUSIVE",
        odd,
        media);
  }

  private Media media() {
    return new Media(
        count("inputAudioTokens"),
        count("inputImageTokens"),
        count("cacheReadAudioTokens"),
        count("cacheReadImageTokens"),
        count("outputAudioTokens"),
        count("outputImageTokens"));
  }

  private @Nullable Long count(String name) {
    Value value = event.usage.get(name);
    return value == null || value.kind() == Kind.NULL
        ? null
        : Long.valueOf(new BigDecimal(value.text()).longValueExact());
  }

  private static long or0(@Nullable Long n) {
    return n == null ? 0 : n;
  }
}
