package dev.whyops.bench;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A provider that costs almost nothing: it finds the end of a request, looks at the query for what
 * is wanted, and sends bytes that were made before. Faster than every proxy in front of it, so that
 * it is the proxies that are compared. A process of its own.
 *
 * <p>{@code ?chunks=100&pause=0} asks for a stream; each chunk carries the monotonic clock of its
 * sending, which other processes of the machine share.
 */
final class MockProvider {
  private static final byte[] HEAD_END = {'\r', '\n', '\r', '\n'};
  private static final String PLAIN_BODY =
      """
      {"id":"chatcmpl-bench","object":"chat.completion","created":1760000000,"model":"gpt-4o",\
      "choices":[{"index":0,"message":{"role":"assistant","content":"%s"},"finish_reason":"stop"}],\
      "usage":{"prompt_tokens":180,"completion_tokens":160,"total_tokens":340}}\
      """
          .formatted("It left the warehouse on Monday. ".repeat(23));
  private static final int CHUNKS_PER_FLUSH = 5;

  private MockProvider() {}

  /** Arguments: port, event loop threads. */
  public static void main(String[] args) throws InterruptedException {
    int port = Integer.parseInt(args[0]);
    var loops =
        new MultiThreadIoEventLoopGroup(Integer.parseInt(args[1]), EpollIoHandler.newFactory());
    new ServerBootstrap()
        .group(loops)
        .channel(EpollServerSocketChannel.class)
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
    private static final ByteBuf PLAIN =
        Unpooled.unreleasableBuffer(
            Unpooled.directBuffer()
                .writeBytes(
                    ("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
                            + PLAIN_BODY.length()
                            + "\r\nx-request-id: req_bench\r\n\r\n"
                            + PLAIN_BODY)
                        .getBytes(StandardCharsets.US_ASCII)));
    private static final ByteBuf STREAM_HEAD =
        Unpooled.unreleasableBuffer(
            Unpooled.directBuffer()
                .writeBytes(
                    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
                        .getBytes(StandardCharsets.US_ASCII)));
    private static final byte[] STREAM_END =
        "e\r\ndata: [DONE]\n\n\r\n0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
      int headLength = ByteBufUtil.indexOf(Unpooled.wrappedBuffer(HEAD_END), in);
      if (headLength < 0) {
        return;
      }
      headLength = headLength - in.readerIndex() + HEAD_END.length;
      String head = in.toString(in.readerIndex(), headLength, StandardCharsets.US_ASCII);
      int bodyLength = number(head.toLowerCase(java.util.Locale.ROOT), "content-length: ", 0);
      if (in.readableBytes() < headLength + bodyLength) {
        return;
      }
      in.skipBytes(headLength + bodyLength);
      int chunkCount = number(head, "chunks=", 0);
      if (chunkCount == 0) {
        ctx.writeAndFlush(PLAIN.duplicate());
      } else {
        ctx.writeAndFlush(STREAM_HEAD.duplicate());
        stream(ctx, chunkCount, number(head, "pause=", 0));
      }
    }

    /** A client that resets its connection is its own business. */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      ctx.close();
    }

    private static int number(String head, String name, int absent) {
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
          "data:"
              + " {\"id\":\"chatcmpl-bench\",\"object\":\"chat.completion.chunk\",\"created\":1760000000,\"model\":\"gpt-4o\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\""
              + " token@"
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
