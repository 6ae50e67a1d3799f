package dev.whyops.dashboard;

import dev.whyops.auth.Role;
import dev.whyops.http.UnavailableException;
import dev.whyops.project.Environment;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Server-sent events of a project. The id of a message is its place, so {@code Last-Event-ID} takes
 * up where a page stopped; a place that is gone is answered with {@code reset}, and the page reads
 * its lists again. The stream ends within a second after its session or right has ended.
 */
final class LiveApi {
  private static final Duration CHECK_EVERY = Duration.ofSeconds(1);
  private static final Duration COMMENT_EVERY = Duration.ofSeconds(15);
  private static final int STREAMS_MAX = 2_000;

  /**
   * Room for the streams of pages that were left: up to two comments pass until that is noticed.
   */
  static final int STREAMS_OF_USER_MAX = 200;

  private final LiveFeed feed;

  /** Names this run of the server: places of another run mean nothing here. */
  private final String epoch;

  private final AtomicInteger streams = new AtomicInteger();
  private final Shares shares = new Shares(STREAMS_OF_USER_MAX, 0, Duration.ZERO);

  LiveApi(LiveFeed feed, Clock clock) {
    this.feed = feed;
    this.epoch = Long.toString(clock.millis(), Character.MAX_RADIX);
  }

  /** What a page wants to hear. */
  private record Filter(
      @Nullable Environment environment, @Nullable String traceId, boolean probe) {
    boolean wants(LiveFeed.Note note) {
      if (note.kind().equals("probe")) {
        return probe;
      }
      boolean here = environment == null || note.environment() == null;
      boolean ours = traceId == null || note.traceId() == null || traceId.equals(note.traceId());
      return (here || note.environment() == environment) && ours;
    }
  }

  void addTo(RouteTable routes) {
    routes.get("/api/live", Access.READ, this::live);
  }

  private Reply live(Call call) {
    boolean admin = call.membership() != null && call.membership().role().atLeast(Role.ADMIN);
    boolean probe = admin && call.query("probe").map(Boolean::parseBoolean).orElse(false);
    Filter filter = new Filter(call.environment(), call.queryOrNull("traceId"), probe);
    LiveChannel channel = feed.channel(call.project());
    // The place is taken before the head is sent: what lands from now on is in the stream.
    long place = place(call.lastEventId(), channel);
    return Reply.stream("text/event-stream", out -> write(call, channel, filter, place, out))
        .with("X-Accel-Buffering", "no");
  }

  /** What is refused here is refused with a status: the head leaves with the first byte. */
  private void write(Call call, LiveChannel channel, Filter filter, long from, OutputStream out)
      throws IOException {
    int open = streams.incrementAndGet();
    try (Shares.Permit _ = shares.take(call.asker().share())) {
      if (open > STREAMS_MAX) {
        throw new UnavailableException("overloaded", "Too many live streams are open.");
      }
      listen(call, channel, filter, from, out);
    } finally {
      streams.decrementAndGet();
    }
  }

  private void listen(Call call, LiveChannel channel, Filter filter, long from, OutputStream out)
      throws IOException {
    channel.enter();
    try {
      out.write("retry: 1000\n\n".getBytes(StandardCharsets.UTF_8));
      out.flush();
      follow(call, channel, filter, from, out);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException();
    } finally {
      channel.leave();
    }
  }

  private void follow(Call call, LiveChannel channel, Filter filter, long from, OutputStream out)
      throws IOException, InterruptedException {
    long place = from;
    long silentNanos = System.nanoTime();
    long checkedNanos = System.nanoTime();
    while (!feed.isClosed()) {
      LiveChannel.Batch batch = channel.read(place, CHECK_EVERY);
      long now = System.nanoTime();
      if (now - checkedNanos >= CHECK_EVERY.toNanos()) {
        if (!call.stillAllowed().getAsBoolean()) {
          return;
        }
        checkedNanos = now;
      }
      boolean wrote = write(batch, filter, out);
      if (!wrote && now - silentNanos > COMMENT_EVERY.toNanos()) {
        out.write(":\n\n".getBytes(StandardCharsets.UTF_8));
        out.flush();
        wrote = true;
      }
      silentNanos = wrote ? now : silentNanos;
      place = batch.next();
    }
  }

  private boolean write(LiveChannel.Batch batch, Filter filter, OutputStream out)
      throws IOException {
    boolean wrote = false;
    if (batch.gap()) {
      message(out, batch.next(), "reset", "{}".getBytes(StandardCharsets.UTF_8));
      wrote = true;
    }
    long number = batch.next() - batch.notes().size();
    for (LiveFeed.Note note : batch.notes()) {
      number++;
      if (filter.wants(note)) {
        String kind = note.kind().equals("probe") ? "refusal" : note.kind();
        message(out, number, kind, note.json());
        wrote = true;
      }
    }
    if (wrote) {
      out.flush();
    }
    return wrote;
  }

  /** JSON holds no line break, so one data line carries it. */
  private void message(OutputStream out, long place, String kind, byte[] json) throws IOException {
    String head = "id: " + epoch + "-" + place + "\nevent: " + kind + "\ndata: ";
    out.write(head.getBytes(StandardCharsets.UTF_8));
    out.write(json);
    out.write("\n\n".getBytes(StandardCharsets.UTF_8));
  }

  /** Where to begin: behind the last message that the page saw, else at the end. */
  private long place(@Nullable String lastEventId, LiveChannel channel) {
    if (lastEventId == null) {
      return channel.end();
    }
    String prefix = epoch + "-";
    if (!lastEventId.startsWith(prefix)) {
      return 0;
    }
    try {
      return Long.parseLong(lastEventId.substring(prefix.length()));
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
