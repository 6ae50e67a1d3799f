package dev.whyops.bench;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * A provider that costs almost nothing: it finds the end of a request, looks at the query for what
 * is wanted, and sends bytes that were mostly made before. Faster than every proxy in front of it,
 * so that it is the proxies that are compared. A process of its own.
 *
 * <p>{@code ?chunks=100&pause=0} asks for a stream; each chunk carries the monotonic clock of its
 * sending, which other processes of the machine share. {@code ?size=N} asks for an answer of about
 * N bytes. {@code GET /served} tells how many calls were answered.
 */
final class MockProvider {
  private MockProvider() {}

  /** Arguments: port, event loop threads. */
  public static void main(String[] args) throws InterruptedException {
    int port = Integer.parseInt(args[0]);
    var loops =
        new MultiThreadIoEventLoopGroup(Integer.parseInt(args[1]), EpollIoHandler.newFactory());
    new ServerBootstrap()
        .group(loops)
        .channel(EpollServerSocketChannel.class)
        .option(ChannelOption.SO_BACKLOG, 4_096)
        .childOption(ChannelOption.TCP_NODELAY, true)
        .childHandler(
            new ChannelInitializer<SocketChannel>() {
              @Override
              protected void initChannel(SocketChannel channel) {
                channel.pipeline().addLast(new Answerer());
              }
            })
        .bind("127.0.0.1", port)
        .sync()
        .channel()
        .closeFuture()
        .sync();
  }

  private static final class Answerer extends ByteToMessageDecoder {
    private static final ByteBuf HEAD_END =
        Unpooled.unreleasableBuffer(Unpooled.copiedBuffer("\r\n\r\n", StandardCharsets.US_ASCII));
    private static final LongAdder SERVED = new LongAdder();
    private static final int USUAL_BYTES = 1_000;
    private static final int CHUNKS_PER_FLUSH = 5;
    private static final String BODY_HEAD =
        "{\"id\":\"chatcmpl-%016d\",\"object\":\"chat.completion\",\"created\":1760000000,"
            + "\"model\":\"gpt-4o\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\","
            + "\"content\":\"Parcel %016d. ";
    private static final byte[] BODY_END =
        ("\"},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":180,"
                + "\"completion_tokens\":160,\"total_tokens\":340}}")
            .getBytes(StandardCharsets.US_ASCII);
    private static final byte[] STREAM_HEAD =
        ("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
                + "Transfer-Encoding: chunked\r\n\r\n")
            .getBytes(StandardCharsets.US_ASCII);
    private static final byte[] STREAM_END =
        "e\r\ndata: [DONE]\n\n\r\n0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] FILL =
        "It left the warehouse on Monday. ".repeat(2_000).getBytes(StandardCharsets.US_ASCII);

    private String head = "";
    private long bodyLeft = -1;

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
      if (bodyLeft < 0 && !readHead(in)) {
        return;
      }
      int part = (int) Math.min(bodyLeft, in.readableBytes());
      in.skipBytes(part);
      bodyLeft -= part;
      if (bodyLeft == 0) {
        bodyLeft = -1;
        answer(ctx);
      }
    }

    private boolean readHead(ByteBuf in) {
      int end = ByteBufUtil.indexOf(HEAD_END, in);
      if (end < 0) {
        return false;
      }
      int length = end - in.readerIndex() + HEAD_END.readableBytes();
      head = in.readString(length, StandardCharsets.US_ASCII).toLowerCase(Locale.ROOT);
      bodyLeft = number("content-length: ", 0);
      return true;
    }

    private void answer(ChannelHandlerContext ctx) {
      if (head.startsWith("get ")) {
        String count = String.valueOf(SERVED.sum());
        String text = "HTTP/1.1 200 OK\r\nContent-Length: " + count.length() + "\r\n\r\n" + count;
        ctx.writeAndFlush(Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII));
        return;
      }
      SERVED.increment();
      int chunkCount = number("chunks=", 0);
      if (chunkCount == 0) {
        plain(ctx, number("size=", USUAL_BYTES));
      } else {
        ctx.writeAndFlush(ctx.alloc().directBuffer(STREAM_HEAD.length).writeBytes(STREAM_HEAD));
        stream(ctx, chunkCount, number("pause=", 0));
      }
    }

    /** Each answer has an id and a text of its own: equal ones would be stored once. */
    private static void plain(ChannelHandlerContext ctx, int size) {
      String number = String.valueOf(System.nanoTime() + 1_000_000_000_000_000L);
      String bodyHead = BODY_HEAD.replace("%016d", number);
      int fill = Math.max(0, size - bodyHead.length() - BODY_END.length);
      int length = bodyHead.length() + fill + BODY_END.length;
      ByteBuf answer = ctx.alloc().directBuffer(200 + length);
      answer.writeCharSequence(
          "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nx-request-id: req_bench\r\n"
              + "Content-Length: ",
          StandardCharsets.US_ASCII);
      answer.writeCharSequence(length + "\r\n\r\n", StandardCharsets.US_ASCII);
      answer.writeCharSequence(bodyHead, StandardCharsets.US_ASCII);
      while (fill > 0) {
        int part = Math.min(fill, FILL.length);
        answer.writeBytes(FILL, 0, part);
        fill -= part;
      }
      ctx.writeAndFlush(answer.writeBytes(BODY_END));
    }

    /** A client that resets its connection is its own business. */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      ctx.close();
    }

    private int number(String name, int absent) {
      int at = head.indexOf(name);
      if (at < 0) {
        return absent;
      }
      int value = 0;
      for (int i = at + name.length(); i < head.length(); i++) {
        int digit = head.charAt(i) - '0';
        if (digit < 0 || digit > 9) {
          break;
        }
        value = value * 10 + digit;
      }
      return value;
    }

    private static void stream(ChannelHandlerContext ctx, int left, int pauseMs) {
      if (pauseMs == 0) {
        for (int i = 1; i <= left; i++) {
          ctx.write(chunk(ctx));
          if (i % CHUNKS_PER_FLUSH == 0) {
            ctx.flush();
          }
        }
        ctx.writeAndFlush(Unpooled.wrappedBuffer(STREAM_END));
        return;
      }
      if (!ctx.channel().isActive()) {
        return;
      }
      if (left == 0) {
        ctx.writeAndFlush(Unpooled.wrappedBuffer(STREAM_END));
        return;
      }
      ctx.writeAndFlush(chunk(ctx));
      ctx.executor().schedule(() -> stream(ctx, left - 1, pauseMs), pauseMs, TimeUnit.MILLISECONDS);
    }

    private static ByteBuf chunk(ChannelHandlerContext ctx) {
      String event =
          "data: {\"id\":\"chatcmpl-bench\",\"object\":\"chat.completion.chunk\","
              + "\"created\":1760000000,\"model\":\"gpt-4o\",\"choices\":[{\"index\":0,"
              + "\"delta\":{\"content\":\" token@"
              + System.nanoTime()
              + "\"},\"finish_reason\":null}]}\n\n";
      ByteBuf chunk = ctx.alloc().directBuffer(event.length() + 16);
      chunk.writeCharSequence(Integer.toHexString(event.length()), StandardCharsets.US_ASCII);
      chunk.writeCharSequence("\r\n", StandardCharsets.US_ASCII);
      chunk.writeCharSequence(event, StandardCharsets.US_ASCII);
      chunk.writeCharSequence("\r\n", StandardCharsets.US_ASCII);
      return chunk;
    }
  }
}
