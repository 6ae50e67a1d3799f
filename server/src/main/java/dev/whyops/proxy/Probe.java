package dev.whyops.proxy;

import dev.whyops.http.ApiException;
import dev.whyops.project.ProjectScope;
import dev.whyops.provider.ProviderType;
import dev.whyops.route.ProviderProbe;
import dev.whyops.route.ProviderRef;
import dev.whyops.route.Providers;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Tests a provider by asking it for its models with its own credential. Of the answer only the
 * status is looked at, and the connection is closed after it. Thread-safe; blocks for ten seconds
 * at most.
 */
public final class Probe implements ProviderProbe {
  private static final Duration LIMIT = Duration.ofSeconds(10);

  /** In the place of a status: nothing answered, or nothing was asked. */
  private static final int NONE = 0;

  private static final int REFUSED = -1;

  private final OutboundGate gate;
  private final Providers providers;
  private final Supplier<EventLoop> loops;

  public Probe(OutboundGate gate, Providers providers, Supplier<EventLoop> loops) {
    this.gate = gate;
    this.providers = providers;
    this.loops = loops;
  }

  @Override
  public Result probe(ProjectScope scope, ProviderRef provider, @Nullable String model) {
    EgressPolicy.Verdict verdict = gate.parse(provider.baseUrl().toString());
    if (!(verdict instanceof EgressPolicy.Verdict.Allowed(Origin origin, String basePath))) {
      return Result.REFUSED_BY_POLICY;
    }
    String path =
        model == null
            ? "/models"
            : "/models/" + URLEncoder.encode(model, StandardCharsets.UTF_8).replace("+", "%20");
    String request =
        "GET "
            + UpstreamUrl.target(provider.type(), basePath, path, "")
            + " HTTP/1.1\r\nhost: "
            + origin.authority()
            + "\r\naccept: application/json\r\nconnection: close\r\n"
            + credentials(provider.type(), providers.credential(scope, provider))
            + "\r\n";
    BlockingQueue<Integer> answer = new ArrayBlockingQueue<>(1);
    Exchange exchange = new Exchange(request.getBytes(StandardCharsets.ISO_8859_1), answer);
    EventLoop loop = loops.get();
    loop.execute(() -> gate.connect(loop, origin, LIMIT, exchange, exchange));
    return result(await(answer), model != null);
  }

  private static String credentials(ProviderType type, String credential) {
    return switch (type) {
      case OPENAI -> "authorization: Bearer " + credential + "\r\n";
      case ANTHROPIC -> "x-api-key: " + credential + "\r\nanthropic-version: 2023-06-01\r\n";
    };
  }

  private static int await(BlockingQueue<Integer> answer) {
    try {
      Integer status = answer.poll(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
      return status == null ? NONE : status;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return NONE;
    }
  }

  /** A limit or an overload of the provider comes after the key was accepted. */
  private static Result result(int status, boolean withModel) {
    return switch (status) {
      case REFUSED -> Result.REFUSED_BY_POLICY;
      case 200, 429, 529 -> Result.OK;
      case 401, 403 -> Result.AUTH_FAILED;
      case 404 -> withModel ? Result.MODEL_NOT_FOUND : Result.UNREACHABLE;
      default -> Result.UNREACHABLE;
    };
  }

  /** One request whose answer is read as far as its status. */
  private static final class Exchange extends ChannelInboundHandlerAdapter
      implements OutboundGate.Opening, ResponseFramer.Sink {
    private final byte[] request;
    private final BlockingQueue<Integer> answer;
    private final ResponseFramer framer = new ResponseFramer();
    private boolean answered;

    Exchange(byte[] request, BlockingQueue<Integer> answer) {
      this.request = request;
      this.answer = answer;
    }

    @Override
    public void opened(Channel channel) {
      framer.expect(false);
      channel.writeAndFlush(channel.alloc().buffer(request.length).writeBytes(request));
      channel.config().setAutoRead(true);
    }

    @Override
    public void failed(ApiException failure) {
      answer.offer(ProviderFailures.isRefusedByPolicy(failure) ? REFUSED : NONE);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      ByteBuf bytes = (ByteBuf) message;
      try {
        framer.feed(bytes, this);
      } finally {
        bytes.release();
      }
      if (answered) {
        context.close();
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      answer.offer(NONE);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      context.close();
    }

    @Override
    public boolean head(ResponseHead head) {
      answered = true;
      answer.offer(head.status());
      return false;
    }

    @Override
    public void payload(ByteBuf buffer, int index, int length) {}

    @Override
    public void relay(ByteBuf bytes, boolean last) {
      bytes.release();
    }

    @Override
    public void end(boolean surplus) {}

    @Override
    public void fault(String why) {
      answered = true;
      answer.offer(NONE);
    }
  }
}
