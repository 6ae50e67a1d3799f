package dev.whyops.event;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.UUID;

/**
 * The process that is killed: sends events until it dies and writes into a ledger what it sent
 * ({@code s id}) and what was acknowledged ({@code a id}). A checkpoint runs now and then, so that
 * every named place is passed.
 */
public final class KilledWriter {
  private static final int THREADS = 4;
  private static final int BATCH = 5;

  private KilledWriter() {}

  public static void main(String[] args) throws Exception {
    Path directory = Path.of(args[0]);
    try (IngestTesting path = new IngestTesting(directory);
        FileChannel ledger =
            FileChannel.open(
                directory.resolve("ledger"),
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND)) {
      for (int i = 0; i < THREADS; i++) {
        int thread = i;
        Thread.ofPlatform().daemon().start(() -> send(path, ledger, thread));
      }
      System.out.println("running");
      while (System.in.read() >= 0) {
        path.drain.checkpointSoon();
      }
    }
  }

  private static void send(IngestTesting path, FileChannel ledger, int thread) {
    for (int round = 0; ; round++) {
      StringBuilder batch = new StringBuilder("[");
      StringBuilder sent = new StringBuilder();
      StringBuilder acked = new StringBuilder();
      for (int i = 0; i < BATCH; i++) {
        String id = UUID.randomUUID().toString();
        batch.append(i == 0 ? "" : ",").append(event(id, thread));
        sent.append("s ").append(id).append('\n');
        acked.append("a ").append(id).append('\n');
      }
      write(ledger, sent);
      path.post(path.counts, batch.append(']').toString(), Map.of(), Map.of());
      write(ledger, acked);
    }
  }

  static String event(String id, int thread) {
    return "{\"eventType\":\"user_message\",\"traceId\":\"t"
        + thread
        + "\",\"agentName\":\"a\",\"eventId\":\""
        + id
        + "\",\"content\":\"hello\"}";
  }

  private static void write(FileChannel ledger, CharSequence lines) {
    try {
      ledger.write(ByteBuffer.wrap(lines.toString().getBytes(StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
