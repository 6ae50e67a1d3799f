package dev.whyops.fake;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One client connection: a reader that takes request after request and so notices at once when the
 * peer goes away, and a writer that answers them in order.
 */
final class Connection {
  private final FakeLlm fake;
  private final Socket socket;
  private final long number;
  private final LinkedBlockingQueue<Object> requests = new LinkedBlockingQueue<>(64);
  private final CountDownLatch gone = new CountDownLatch(1);
  private volatile long goneAtNanos;

  /** Stands in the queue behind the last request. */
  private static final Object END = new Object();

  Connection(FakeLlm fake, Socket socket, long number) {
    this.fake = fake;
    this.socket = socket;
    this.number = number;
  }

  /** Returns when the connection is over. */
  void run() {
    Thread writer = Thread.ofVirtual().name("fake-writer").start(this::answerAll);
    try (socket) {
      readAll();
      goneAtNanos = System.nanoTime();
      gone.countDown();
      requests.put(END);
      writer.join();
    } catch (IOException e) {
      // Closing a socket that the script has already reset.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void readAll() throws InterruptedException {
    try {
      InputStream in = new BufferedInputStream(socket.getInputStream(), 16 * 1024);
      while (true) {
        Seen.Head head = Wire.readHead(in);
        if (head == null) {
          return;
        }
        if (Asked.queryScript(head.target()).has("noread")) {
          new CountDownLatch(1).await(1, TimeUnit.HOURS);
        }
        String expect = Wire.value(head, "expect");
        if (expect != null && expect.toLowerCase(Locale.ROOT).equals("100-continue")) {
          socket
              .getOutputStream()
              .write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        }
        Seen seen = Wire.readBody(in, number, head);
        if (!seen.bodyComplete()) {
          fake.log(seen);
          seen.end(new Seen.End(Seen.End.Kind.CLIENT_GONE, System.nanoTime(), 0, ""));
          return;
        }
        requests.put(seen);
      }
    } catch (IOException | NumberFormatException e) {
      // The peer reset the connection or sent no HTTP: the end is what the log tells.
    }
  }

  private void answerAll() {
    try {
      OutputStream out = socket.getOutputStream();
      while (requests.take() instanceof Seen seen) {
        Script script = scriptFor(seen);
        Delivery delivery = new Delivery(socket, out, script, this::pause);
        Seen.End end = answer(seen, script, delivery);
        if (fake.options().log() == FakeLlm.Options.Log.HEADS) {
          seen.forgetBody();
        }
        seen.end(end);
        if (end.kind() != Seen.End.Kind.COMPLETE || delivery.closesConnection()) {
          return;
        }
      }
    } catch (IOException e) {
      // Nothing was asked any more.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      hangUp();
    }
  }

  private @Nullable Asked asked;
  private @Nullable String refused;

  private Script scriptFor(Seen seen) {
    Asked request = Asked.of(seen);
    asked = request;
    refused = null;
    Script script = Script.PLAIN;
    try {
      Script queued = fake.nextQueued();
      script =
          queued != null
              ? queued
              : fake.options().director().apply(request).and(request.ownScript());
    } catch (IllegalArgumentException e) {
      refused = String.valueOf(e.getMessage());
    }
    if (request.tryNumber() >= script.count("until", Integer.MAX_VALUE)) {
      script = script.healed();
    }
    String marker = script.word("marker");
    seen.marker(marker == null ? "" : marker);
    fake.log(seen);
    return script;
  }

  private Seen.End answer(Seen seen, Script script, Delivery delivery) throws InterruptedException {
    try {
      pause(script.number("first", 0));
      Reply reply =
          refused != null
              ? Reply.json(400, "{\"error\":{\"message\":\"" + refused + "\"}}")
              : new Answerer(fake, script).reply(Objects.requireNonNull(asked));
      delivery.send(reply, seen.method());
      return delivery.end(delivery.brokenOff() ? Seen.End.Kind.SCRIPTED : Seen.End.Kind.COMPLETE);
    } catch (IOException e) {
      return delivery.end(Seen.End.Kind.CLIENT_GONE, goneAtNanos);
    }
  }

  /** Sleeps; ends with an error as soon as the peer has gone. */
  private void pause(long ms) throws IOException, InterruptedException {
    if (ms > 0 ? gone.await(ms, TimeUnit.MILLISECONDS) : gone.getCount() == 0) {
      throw new IOException("peer has gone");
    }
  }

  private void hangUp() {
    try {
      socket.close();
    } catch (IOException e) {
      // Already reset.
    }
  }
}
