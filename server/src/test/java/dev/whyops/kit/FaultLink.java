package dev.whyops.kit;

import dev.whyops.kit.FaultScript.Direction;
import dev.whyops.kit.FaultScript.Fault;
import dev.whyops.kit.FaultScript.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** One proxied connection: a pump per direction, each with the faults of its script. */
final class FaultLink {
  private static final int READ_BYTES = 16 * 1024;

  private final Socket client;
  private final Socket server;
  private final FaultScript script;
  private final long seed;
  private final AtomicLong bytesUp;
  private final AtomicLong bytesDown;
  private final Set<Direction> cut;
  private final CountDownLatch over = new CountDownLatch(1);

  FaultLink(
      Socket client,
      Socket server,
      FaultScript script,
      long seed,
      AtomicLong bytesUp,
      AtomicLong bytesDown,
      Set<Direction> cut) {
    this.client = client;
    this.server = server;
    this.script = script;
    this.seed = seed;
    this.bytesUp = bytesUp;
    this.bytesDown = bytesDown;
    this.cut = cut;
  }

  /** Returns when both directions are over. */
  void run() {
    Thread up =
        Thread.ofVirtual().start(() -> new Pump(Direction.UP, client, server, bytesUp).pump());
    new Pump(Direction.DOWN, server, client, bytesDown).pump();
    try {
      up.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    end();
  }

  /** Both sides see a reset. */
  void reset() {
    for (Socket socket : new Socket[] {client, server}) {
      try {
        socket.setSoLinger(true, 0);
      } catch (IOException e) {
        // Closed already.
      }
    }
    end();
  }

  static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // That was the intent.
    }
  }

  private void end() {
    closeQuietly(client);
    closeQuietly(server);
    over.countDown();
  }

  /** One direction. */
  private final class Pump {
    private final Direction direction;
    private final Socket from;
    private final Socket to;
    private final AtomicLong total;
    private final SplittableRandom random;
    private long passed;
    private boolean swallow;

    Pump(Direction direction, Socket from, Socket to, AtomicLong total) {
      this.direction = direction;
      this.from = from;
      this.to = to;
      this.total = total;
      this.random = new SplittableRandom(seed * 2 + direction.ordinal());
    }

    void pump() {
      int sliceBytes =
          (int) find(Kind.SLICE).map(Fault::first).orElse((long) READ_BYTES).longValue();
      swallow = find(Kind.BLACKHOLE).isPresent();
      Optional<Fault> once = script.atAByte(direction);
      try {
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream();
        byte[] buffer = new byte[Math.max(1, sliceBytes)];
        if (once.isPresent() && once.get().first() == 0) {
          once = strike(once.get(), out, buffer, 0);
        }
        int n = in.read(buffer);
        while (n >= 0) {
          delay(n);
          while (cut.contains(direction)) {
            sleep(10);
          }
          flipBits(buffer, n);
          int done = 0;
          if (once.isPresent() && passed + n >= once.get().first()) {
            done = (int) (once.get().first() - passed);
            write(out, buffer, 0, done);
            once = strike(once.get(), out, buffer, done);
          }
          write(out, buffer, done, n);
          n = in.read(buffer);
        }
        if (find(Kind.BLACKHOLE).isPresent()) {
          // Nothing comes out of a black hole, no end either.
          over.await();
        }
        to.shutdownOutput();
      } catch (IOException e) {
        // One of the two sides is gone; a reset of one is a reset of the other.
        reset();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private Optional<Fault> find(Kind kind) {
      return script.find(direction, kind);
    }

    private void delay(int bytes) throws InterruptedException {
      Optional<Fault> latency = find(Kind.LATENCY);
      if (latency.isPresent()) {
        sleep(latency.get().first() + random.nextLong(latency.get().second() + 1));
      }
      Optional<Fault> throttle = find(Kind.THROTTLE);
      if (throttle.isPresent()) {
        sleep(bytes * 1_000L / Math.max(1, throttle.get().first()));
      }
    }

    private void flipBits(byte[] buffer, int bytes) {
      Optional<Fault> flip = find(Kind.FLIP_BITS);
      if (flip.isEmpty()) {
        return;
      }
      for (int i = 0; i < bytes; i++) {
        if (random.nextLong(Math.max(1, flip.get().first())) == 0) {
          buffer[i] ^= (byte) (1 << random.nextInt(8));
        }
      }
    }

    private void write(OutputStream out, byte[] buffer, int start, int end) throws IOException {
      if (end > start && !swallow) {
        out.write(buffer, start, end - start);
        out.flush();
        total.addAndGet(end - start);
      }
      passed += end - start;
    }

    /** Does what happens at a byte; nothing is left to do at another byte afterwards. */
    private Optional<Fault> strike(Fault fault, OutputStream out, byte[] buffer, int done)
        throws IOException, InterruptedException {
      switch (fault.kind()) {
        case HANG, STOP_READING -> over.await();
        case RST -> reset();
        case FIN -> {
          client.shutdownOutput();
          end();
        }
        case HALF_CLOSE -> {
          to.shutdownOutput();
          swallow = true;
        }
        case TRUNCATE -> swallow = true;
        case GARBAGE -> {
          byte[] noise = new byte[(int) Math.max(1, fault.second())];
          random.nextBytes(noise);
          out.write(noise);
          out.flush();
        }
        case DUP -> {
          int length = (int) Math.min(done, Math.max(1, fault.second()));
          out.write(buffer, done - length, length);
          out.flush();
        }
        case LATENCY, THROTTLE, SLICE, FLIP_BITS, BLACKHOLE -> {}
      }
      return Optional.empty();
    }

    /** Ends early when the link is over. */
    private void sleep(long ms) throws InterruptedException {
      if (ms > 0) {
        boolean ended = over.await(ms, TimeUnit.MILLISECONDS);
        if (ended) {
          throw new InterruptedException("link is over");
        }
      }
    }
  }
}
