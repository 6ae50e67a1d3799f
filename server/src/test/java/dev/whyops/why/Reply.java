package dev.whyops.why;

import dev.whyops.provider.Usage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a model call ends in. */
public final class Reply {
  @Nullable String text;
  @Nullable String refusal;
  @Nullable String finish;
  @Nullable String thinking;
  String status = "ok";
  final List<String[]> calls = new ArrayList<>();
  Usage usage = new Usage(1_000L, 0L, null, null, 50L, null, "OA_CHAT", false);
  @Nullable Long costNano = 1_000_000L;
  long latencyMs = 800;
  boolean metadata = true;

  public Reply text(@Nullable String value) {
    this.text = value;
    return this;
  }

  public Reply refusal(String value) {
    this.refusal = value;
    return this;
  }

  public Reply finish(String value) {
    this.finish = value;
    return this;
  }

  public Reply status(String value) {
    this.status = value;
    return this;
  }

  public Reply thinking(String value) {
    this.thinking = value;
    return this;
  }

  public Reply call(String id, String tool, String arguments) {
    calls.add(new String[] {id, tool, arguments});
    return this;
  }

  public Reply tokens(long input, long cacheRead, long output) {
    this.usage = new Usage(input, cacheRead, null, null, output, null, "OA_CHAT", false);
    return this;
  }

  public Reply usage(Usage value) {
    this.usage = value;
    return this;
  }

  public Reply cost(@Nullable Long nano) {
    this.costNano = nano;
    return this;
  }

  public Reply latency(long ms) {
    this.latencyMs = ms;
    return this;
  }

  public Reply anonymous() {
    this.metadata = false;
    return this;
  }
}
