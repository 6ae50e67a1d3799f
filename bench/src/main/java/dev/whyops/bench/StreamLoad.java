package dev.whyops.bench;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Open-loop client for streams: starts each at its intended time, whatever became of the others,
 * and measures from that time. Prints one line of {@code name=value} pairs, times in microseconds.
 *
 * <p>{@code lag} is what lay between the mock's sending of a chunk and its arrival here.
 */
final class StreamLoad {
  private static final byte[] MARK = " token@".getBytes(StandardCharsets.US_ASCII);
  private static final int SAMPLES_MAX = 8_000_000;

  private final int[] lagsUs = new int[SAMPLES_MAX];
  private final AtomicInteger lagCount = new AtomicInteger();
  private final int[] firstUs;
  private final AtomicInteger firstCount = new AtomicInteger();
  private final AtomicInteger completeCount = new AtomicInteger();
  private final AtomicInteger brokenCount = new AtomicInteger();
  private final CountDownLatch ended;

  private StreamLoad(int streamCount) {
    firstUs = new int[streamCount];
    ended = new CountDownLatch(streamCount);
  }

  /** Arguments: port, path with query, key, streams, spread of their starts in milliseconds. */
  public static void main(String[] args) throws InterruptedException {
    int port = Integer.parseInt(args[0]);
    int streamCount = Integer.parseInt(args[3]);
    long spreadMs = Long.parseLong(args[4]);
    StreamLoad load = new StreamLoad(streamCount);
    load.run(port, request(args[1], args[2]), streamCount, spreadMs);
    load.print(streamCount);
    System.exit(0);
  }

  private static byte[] request(String path, String key) {
    String body =
        "{\"model\":\"gpt-4o\",\"stream\":true,\"stream_options\":{\"include_usage\":true},\"messages\":[{\"role\":\"user\",\"content\":\"Where"
            + " is my order? "
            + "x".repeat(800)
            + "\"}]}";
    return ("POST "
            + path
            + " HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer "
            + key
            + "\r\nX-Agent-Name: bench\r\nContent-Type: application/json\r\nContent-Length: "
            + body.length()
            + "\r\n\r\n"
            + body)
        .getBytes(StandardCharsets.US_ASCII);
  }

  private void run(int port, byte[] request, int streamCount, long spreadMs)
      throws InterruptedException {
    var loops = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    Bootstrap bootstrap =
        new Bootstrap()
            .group(loops)
            .channel(EpollSocketChannel.class)
            .option(ChannelOption.TCP_NODELAY, true);
    long began = System.nanoTime();
    for (int i = 0; i < streamCount; i++) {
      long startAt = began + spreadMs * 1_000_000 * i / streamCount;
      var unused =
          loops.schedule(
              () -> {
                var opening =
                    bootstrap
                        .clone()
                        .handler(
                            new ChannelInitializer<SocketChannel>() {
                              @Override
                              protected void initChannel(SocketChannel channel) {
                                channel.pipeline().addLast(new Reader(request, startAt));
                              }
                            })
                        .connect("127.0.0.1", port);
                opening.addListener(
                    f -> {
                      if (!f.isSuccess()) {
                        brokenCount.incrementAndGet();
                        ended.countDown();
                      }
                    });
              },
              Math.max(0, startAt - System.nanoTime()),
              TimeUnit.NANOSECONDS);
    }
    if (!ended.await(180, TimeUnit.SECONDS)) {
      brokenCount.addAndGet((int) ended.getCount());
    }
  }

  private final class Reader extends ChannelInboundHandlerAdapter {
    private final byte[] request;
    private final long startAt;
    private int matched;
    private long sentAt;
    private boolean inNumber;
    private boolean first = true;
    private boolean over;
    private int doneMatched;
    private static final String DONE = "0\r\n\r\n";

    Reader(byte[] request, long startAt) {
      this.request = request;
      this.startAt = startAt;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
      ctx.writeAndFlush(ctx.alloc().directBuffer(request.length).writeBytes(request));
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
      ByteBuf bytes = (ByteBuf) msg;
      long now = System.nanoTime();
      while (bytes.isReadable()) {
        step(bytes.readByte(), now);
      }
      bytes.release();
      if (over) {
        ctx.close();
      }
    }

    private void step(byte b, long now) {
      doneMatched = b == DONE.charAt(doneMatched) ? doneMatched + 1 : b == '0' ? 1 : 0;
      if (doneMatched == DONE.length()) {
        over = true;
        doneMatched = 0;
      }
      if (inNumber) {
        if (b >= '0' && b <= '9') {
          sentAt = sentAt * 10 + (b - '0');
        } else {
          inNumber = false;
          sample(now);
        }
      } else {
        matched = b == MARK[matched] ? matched + 1 : b == MARK[0] ? 1 : 0;
        if (matched == MARK.length) {
          matched = 0;
          sentAt = 0;
          inNumber = true;
        }
      }
    }

    private void sample(long now) {
      if (first) {
        first = false;
        firstUs[firstCount.getAndIncrement()] = (int) ((now - startAt) / 1_000);
      }
      int at = lagCount.getAndIncrement();
      if (at < SAMPLES_MAX) {
        lagsUs[at] = (int) ((now - sentAt) / 1_000);
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      (over ? completeCount : brokenCount).incrementAndGet();
      ended.countDown();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      ctx.close();
    }
  }

  private void print(int streamCount) {
    int[] lags = Arrays.copyOf(lagsUs, Math.min(lagCount.get(), SAMPLES_MAX));
    int[] firsts = Arrays.copyOf(firstUs, firstCount.get());
    Arrays.sort(lags);
    Arrays.sort(firsts);
    long onTime = Arrays.stream(lags).filter(us -> us <= 10_000).count();
    System.out.printf(
        "streams=%d complete=%d broken=%d chunks=%d first_p50=%d first_p99=%d lag_p50=%d lag_p99=%d"
            + " on_time=%.4f%n",
        streamCount,
        completeCount.get(),
        brokenCount.get(),
        lags.length,
        at(firsts, 0.5),
        at(firsts, 0.99),
        at(lags, 0.5),
        at(lags, 0.99),
        lags.length == 0 ? 0 : (double) onTime / lags.length);
  }

  private static int at(int[] sorted, double quantile) {
    return sorted.length == 0
        ? -1
        : sorted[(int) Math.min(sorted.length - 1L, Math.round(quantile * (sorted.length - 1)))];
  }
}
