package dev.whyops.kit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a load client sent and what was acknowledged, each in a file of its own that is synced
 * before the client goes on, so that it can be trusted after any crash. {@link #verify} compares it
 * with what is stored.
 *
 * <p>The safety law: acknowledged ⊆ stored ∪ dead letter; each stored once; nothing stored that was
 * not sent; nothing under another tenant. Thread-safe.
 */
public final class Ledger implements AutoCloseable {
  private final FileChannel sent;
  private final FileChannel acknowledged;
  private final Path folder;

  private Ledger(Path folder) throws IOException {
    this.folder = folder;
    Files.createDirectories(folder);
    this.sent = open(folder.resolve("sent"));
    this.acknowledged = open(folder.resolve("acknowledged"));
  }

  /** Opens the ledger in a folder; what it holds stays. */
  public static Ledger in(Path folder) throws IOException {
    return new Ledger(folder);
  }

  /** To be called before the batch goes out. Ids hold no white space. */
  public void sent(String tenant, Collection<String> eventIds) throws IOException {
    append(sent, tenant, eventIds);
  }

  /** To be called when the answer says that the batch is durable. */
  public void acknowledged(String tenant, Collection<String> eventIds) throws IOException {
    append(acknowledged, tenant, eventIds);
  }

  /** One stored event, as the store tells it. */
  public record Stored(String tenant, String eventId) {}

  /** Violations of the law, in words; empty when it holds. */
  public List<String> verify(Collection<Stored> stored, Set<String> deadLetter) throws IOException {
    Map<String, String> sentBy = read("sent");
    Map<String, String> acknowledgedBy = read("acknowledged");
    List<String> violations = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (Stored event : stored) {
      String tenant = sentBy.get(event.eventId());
      if (tenant == null) {
        violations.add("stored but never sent: " + event.eventId());
      } else if (!tenant.equals(event.tenant())) {
        violations.add(
            "sent by " + tenant + " but stored under " + event.tenant() + ": " + event.eventId());
      }
      if (!seen.add(event.eventId())) {
        violations.add("stored twice: " + event.eventId());
      }
    }
    for (String id : acknowledgedBy.keySet()) {
      if (!seen.contains(id) && !deadLetter.contains(id)) {
        violations.add("acknowledged but lost: " + id);
      }
    }
    return violations;
  }

  public int acknowledgedCount() throws IOException {
    return read("acknowledged").size();
  }

  @Override
  public void close() throws IOException {
    sent.close();
    acknowledged.close();
  }

  private static FileChannel open(Path file) throws IOException {
    return FileChannel.open(
        file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
  }

  private static void append(FileChannel to, String tenant, Collection<String> ids)
      throws IOException {
    StringBuilder lines = new StringBuilder();
    ids.forEach(id -> lines.append(tenant).append(' ').append(id).append('\n'));
    synchronized (to) {
      ByteBuffer bytes = StandardCharsets.UTF_8.encode(lines.toString());
      while (bytes.hasRemaining()) {
        to.write(bytes);
      }
      to.force(false);
    }
  }

  /** Tenants by event id; a torn last line, from a client that was killed, does not count. */
  private Map<String, String> read(String name) throws IOException {
    String text = Files.readString(folder.resolve(name));
    Map<String, String> tenants = new HashMap<>();
    for (String line : text.substring(0, text.lastIndexOf('\n') + 1).split("\n")) {
      int space = line.indexOf(' ');
      if (space > 0) {
        tenants.put(line.substring(space + 1), line.substring(0, space));
      }
    }
    return tenants;
  }
}
