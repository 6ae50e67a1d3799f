package dev.whyops.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * Sends a runtime event ten times a second, each in a trace of its own, and asks the API of the
 * trace page for those that were not seen yet.
 */
final class Probes {
  private static final long SEND_EVERY_MS = 100;
  private static final long ASK_EVERY_MS = 25;
  private static final long PATIENCE_MS = 10_000;

  /**
   * @param visibleMs from sending until the answer that showed the event
   * @param unseen events that were not shown within ten seconds after the last was sent
   */
  record Seen(Samples visibleMs, int unseen) {}

  private record Sent(String traceId, long atNs) {}

  private final Gateway gateway;
  private final List<Sent> waiting = new ArrayList<>();
  private final Samples visibleMs = new Samples();
  private final String run = Long.toString(System.nanoTime(), Character.MAX_RADIX);
  private final Thread thread = Thread.ofPlatform().daemon().unstarted(this::work);
  private volatile boolean over;

  private Probes(Gateway gateway) {
    this.gateway = gateway;
  }

  static Probes start(Gateway gateway) {
    Probes probes = new Probes(gateway);
    probes.thread.start();
    return probes;
  }

  private void work() {
    try {
      long sendAt = System.nanoTime();
      int count = 0;
      while (!over) {
        if (System.nanoTime() >= sendAt) {
          send("probe-" + run + "-" + ++count);
          sendAt += SEND_EVERY_MS * 1_000_000;
        }
        askAll();
        Thread.sleep(ASK_EVERY_MS);
      }
      long until = System.nanoTime() + PATIENCE_MS * 1_000_000;
      while (!waiting.isEmpty() && System.nanoTime() < until) {
        askAll();
        Thread.sleep(ASK_EVERY_MS);
      }
    } catch (IOException e) {
      System.out.println("the probes ended: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void send(String traceId) throws IOException {
    String body =
        "{\"eventType\":\"user_message\",\"traceId\":\"%s\",\"agentName\":\"bench\",\"content\":\"?\"}"
            .formatted(traceId);
    String request =
        "POST /api/events/ingest HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer "
            + Requests.KEY
            + "\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: "
            + body.length()
            + "\r\n\r\n"
            + body;
    long at = System.nanoTime();
    String answer = Requests.answer(gateway.port(), request.getBytes(StandardCharsets.US_ASCII));
    if (answer.startsWith("HTTP/1.1 202")) {
      waiting.add(new Sent(traceId, at));
    }
  }

  /** Events become visible in their order, so the first that is not seen ends the round. */
  private void askAll() throws IOException, InterruptedException {
    for (Iterator<Sent> each = waiting.iterator(); each.hasNext(); ) {
      Sent sent = each.next();
      if (gateway.get("/api/traces/" + sent.traceId(), 10).statusCode() != 200) {
        return;
      }
      visibleMs.add((System.nanoTime() - sent.atNs()) / 1_000_000);
      each.remove();
    }
  }

  Seen stop() throws InterruptedException {
    over = true;
    thread.join();
    return new Seen(visibleMs, waiting.size());
  }
}
