package dev.whyops.proxy;

import dev.whyops.http.ApiException;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoop;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * The only place that opens sockets to addresses that a user can influence. A name is resolved, all
 * of its addresses are judged by the policy, and the connection goes to one of exactly those.
 * Thread-safe.
 */
public final class OutboundGate {
  /** What waits for one side to take it, beyond which nothing more is read from the other. */
  public static final WriteBufferWaterMark WATER_MARK =
      new WriteBufferWaterMark(8 * 1024, 16 * 1024);

  private static final int READ_MAX = 16 * 1024;

  /**
   * One read of bounded size per turn: the other side is asked whether it takes more before the
   * next. With the mark above, a stream whose reader is slow holds 32 KiB, and the allocator about
   * as much again around them.
   */
  public static final RecvByteBufAllocator SMALL_READS =
      new AdaptiveRecvByteBufAllocator(512, 4 * 1024, READ_MAX).maxMessagesPerRead(1);

  /** A name's addresses are trusted for a minute, so an answer that changes counts soon. */
  private static final long RESOLVED_NANOS = Duration.ofSeconds(60).toNanos();

  private static final int RESOLVED_MAX = 10_000;

  /** Looks a name up; may block. */
  @FunctionalInterface
  public interface Resolver {
    InetAddress[] resolve(String host) throws UnknownHostException;
  }

  /** Told on the event loop how a connect went. */
  interface Opening {
    void opened(Channel channel);

    void failed(ApiException failure);
  }

  private record Resolved(InetAddress[] addresses, long untilNanos) {}

  private final EgressPolicy policy;
  private final Resolver resolver;
  private final ChannelFactory<? extends Channel> channels;
  private final SslContext tls;
  private final Executor blocking;
  private final ConcurrentHashMap<String, Resolved> resolved = new ConcurrentHashMap<>();

  /**
   * @param tls verifies certificates and host names; has to be a client context
   * @param blocking runs look-ups of names
   */
  public OutboundGate(
      EgressPolicy policy,
      Resolver resolver,
      ChannelFactory<? extends Channel> channels,
      SslContext tls,
      Executor blocking) {
    this.policy = policy;
    this.resolver = resolver;
    this.channels = channels;
    this.tls = tls;
    this.blocking = blocking;
  }

  /** Judges a base URL that somebody wants to save: its text and all its addresses. May block. */
  public EgressPolicy.Verdict check(String baseUrl) {
    return policy.check(baseUrl, resolver);
  }

  /**
   * The same, for those who save.
   *
   * @throws ApiException 400 {@code egress_refused} or {@code loop_refused}
   */
  public void demand(URI baseUrl) {
    if (check(baseUrl.toString())
        instanceof EgressPolicy.Verdict.Refused(String code, String why)) {
      throw new ApiException(400, code, why);
    }
  }

  /** Judges the text of a base URL only. Never blocks. */
  EgressPolicy.Verdict parse(String baseUrl) {
    return policy.parse(baseUrl);
  }

  /** Opens a connection on this event loop; to be called on it. */
  void connect(
      EventLoop loop, Origin origin, Duration limit, ChannelHandler handler, Opening opening) {
    Resolved known = resolved.get(origin.host());
    long now = System.nanoTime();
    if (known != null && known.untilNanos() - now > 0) {
      connectTo(loop, origin, known.addresses(), limit, handler, opening);
      return;
    }
    // A resolver that hangs is a provider that does not answer: one limit holds for both.
    Future<?> patience =
        loop.schedule(
            () ->
                opening.failed(ProviderFailures.timeout("Its host name was not resolved in time.")),
            limit.toNanos(),
            TimeUnit.NANOSECONDS);
    blocking.execute(
        () -> {
          InetAddress[] addresses = resolveOrNone(origin.host());
          if (addresses.length > 0) {
            remember(origin.host(), addresses);
          }
          loop.execute(
              () -> {
                if (patience.cancel(false)) {
                  Duration left = limit.minusNanos(System.nanoTime() - now);
                  connectTo(loop, origin, addresses, left, handler, opening);
                }
              });
        });
  }

  private InetAddress[] resolveOrNone(String host) {
    try {
      return resolver.resolve(host);
    } catch (UnknownHostException e) {
      return new InetAddress[0];
    }
  }

  private void remember(String host, InetAddress[] addresses) {
    if (resolved.size() >= RESOLVED_MAX) {
      resolved.clear();
    }
    resolved.put(host, new Resolved(addresses, System.nanoTime() + RESOLVED_NANOS));
  }

  private void connectTo(
      EventLoop loop,
      Origin origin,
      InetAddress[] addresses,
      Duration limit,
      ChannelHandler handler,
      Opening opening) {
    if (addresses.length == 0) {
      opening.failed(ProviderFailures.unreachable("Its host name cannot be resolved."));
      return;
    }
    if (!(policy.judge(origin, addresses) instanceof EgressPolicy.Verdict.Allowed)) {
      opening.failed(ProviderFailures.refusedByPolicy());
      return;
    }
    new Attempt(loop, origin, addresses, System.nanoTime() + limit.toNanos(), handler, opening)
        .next(0);
  }

  /** A handshake that fails is told by its future; the event needs no second word. */
  private static final class Quiet extends ChannelInboundHandlerAdapter {
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      context.close();
    }
  }

  /** Tries the addresses of one name in turn within one limit. */
  private final class Attempt {
    private final EventLoop loop;
    private final Origin origin;
    private final InetAddress[] addresses;
    private final long deadline;
    private final ChannelHandler handler;
    private final Opening opening;

    Attempt(
        EventLoop loop,
        Origin origin,
        InetAddress[] addresses,
        long deadline,
        ChannelHandler handler,
        Opening opening) {
      this.loop = loop;
      this.origin = origin;
      this.addresses = addresses;
      this.deadline = deadline;
      this.handler = handler;
      this.opening = opening;
    }

    void next(int index) {
      long leftMs = Math.max(1, (deadline - System.nanoTime()) / 1_000_000);
      Bootstrap bootstrap =
          new Bootstrap()
              .group(loop)
              .channelFactory(channels)
              .option(ChannelOption.TCP_NODELAY, true)
              .option(ChannelOption.SO_KEEPALIVE, true)
              .option(ChannelOption.AUTO_READ, false)
              .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) Math.min(leftMs, 3_600_000))
              .option(ChannelOption.RECVBUF_ALLOCATOR, SMALL_READS)
              .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
              .handler(
                  new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                      if (origin.tls()) {
                        SslHandler ssl =
                            tls.newHandler(channel.alloc(), origin.host(), origin.port());
                        ssl.setHandshakeTimeoutMillis(leftMs);
                        channel.pipeline().addLast(ssl, new Quiet());
                      }
                    }
                  });
      ChannelFuture connecting =
          bootstrap.connect(new InetSocketAddress(addresses[index], origin.port()));
      connecting.addListener(
          done -> {
            if (done.isSuccess()) {
              connected(connecting.channel());
            } else if (index + 1 < addresses.length && System.nanoTime() < deadline) {
              next(index + 1);
            } else {
              opening.failed(
                  done.cause() instanceof ConnectTimeoutException
                      ? ProviderFailures.timeout("It did not accept the connection in time.")
                      : ProviderFailures.unreachable("It does not accept connections."));
            }
          });
    }

    private void connected(Channel channel) {
      SslHandler ssl = channel.pipeline().get(SslHandler.class);
      if (ssl == null) {
        channel.pipeline().addLast(handler);
        opening.opened(channel);
        return;
      }
      ssl.handshakeFuture()
          .addListener(
              done -> {
                if (done.isSuccess()) {
                  channel.pipeline().addLast(handler);
                  channel.pipeline().remove(Quiet.class);
                  opening.opened(channel);
                } else {
                  channel.close();
                  opening.failed(ProviderFailures.tls(done.cause()));
                }
              });
    }
  }
}
