package dev.whyops.bench;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.SocketChannel;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Open-loop client for streams: starts each at its intended time, whatever became of the others,
 * and measures from that time. One event loop for all runs, so that its code is compiled when it
 * counts.
 */
final class StreamLoad implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());

  /**
   * @param spread over which the starts are spread evenly
   * @param lasts how long one stream takes by itself
   */
  record Plan(int streams, Duration spread, int chunks, int pauseMs) {
    Duration lasts() {
      return Duration.ofMillis((long) chunks * pauseMs);
    }

    /** All streams run between these two times after the begin. */
    Duration plateauBegins() {
      return spread.plusMillis(300);
    }

    Duration plateauEnds() {
      return lasts();
    }
  }

  /**
   * Times in microseconds.
   *
   * @param lag between the mock's sending of a chunk and its arrival
   * @param gap by how much the time between two chunks differs from the time between their sendings
   */
  record Result(
      int streams, int whole, int broken, Samples first, Samples lag, Samples gap, double onTime) {}

  /** Runs a plan to its end. */
  Result run(Leg leg, Plan plan) throws InterruptedException {
    return begin(leg, plan).await();
  }

  /** Starts a plan and returns at once. */
  Running begin(Leg leg, Plan plan) {
    Running running = new Running(plan);
    byte[] request =
        Requests.call(Load.streamPath(plan.chunks(), plan.pauseMs()), leg.headers(), true, 0);
    long began = System.nanoTime();
    for (int i = 0; i < plan.streams(); i++) {
      long startAt = began + plan.spread().toNanos() * i / plan.streams();
      var unused =
          loops.schedule(
              () -> open(leg.port(), request, startAt, running),
              Math.max(0, startAt - System.nanoTime()),
              TimeUnit.NANOSECONDS);
    }
    return running;
  }

  private void open(int port, byte[] request, long startAt, Running running) {
    new Bootstrap()
        .group(loops)
        .channel(EpollSocketChannel.class)
        .option(ChannelOption.TCP_NODELAY, true)
        .handler(
            new ChannelInitializer<SocketChannel>() {
              @Override
              protected void initChannel(SocketChannel channel) {
                channel.pipeline().addLast(new StreamReader(request, startAt, running));
              }
            })
        .connect("127.0.0.1", port)
        .addListener(
            opened -> {
              if (!opened.isSuccess()) {
                running.ended(false);
              }
            });
  }

  /** A plan under way. Written by the one event loop, read when the last stream has ended. */
  static final class Running {
    private static final int ON_TIME_US = 10_000;

    private final Plan plan;
    private final CountDownLatch ended;
    private final Samples first = new Samples();
    private final Samples lag = new Samples();
    private final Samples gap = new Samples();
    private int whole;
    private int broken;

    Running(Plan plan) {
      this.plan = plan;
      this.ended = new CountDownLatch(plan.streams());
    }

    void firstChunk(long afterNs) {
      first.add(afterNs / 1_000);
    }

    void chunk(long lagNs) {
      lag.add(lagNs / 1_000);
    }

    void gap(long differenceNs) {
      gap.add(Math.abs(differenceNs) / 1_000);
    }

    void ended(boolean complete) {
      if (complete) {
        whole++;
      } else {
        broken++;
      }
      ended.countDown();
    }

    Result await() throws InterruptedException {
      Duration atMost = plan.spread().plus(plan.lasts()).plus(PATIENCE);
      boolean all = ended.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
      int missing = all ? 0 : (int) ended.getCount();
      return new Result(
          plan.streams(), whole, broken + missing, first, lag, gap, lag.shareUpTo(ON_TIME_US));
    }
  }

  @Override
  public void close() {
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }
}
