package dev.whyops.gateway;

import dev.whyops.proxy.ClientSide;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.HttpHeaders;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The socket of one client: how bytes are written to it and how it is closed. */
abstract class ClientSocket extends ChannelInboundHandlerAdapter implements ClientSide {
  private @Nullable ChannelHandlerContext context;
  private int slot = -1;

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
  }

  /** Place in the list of the loop's connections. */
  int slot() {
    return slot;
  }

  void slot(int place) {
    slot = place;
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (!(cause instanceof IOException)) {
      Log.fault("client connection", cause);
    }
    ctx.close();
  }

  private ChannelHandlerContext context() {
    return Objects.requireNonNull(context, "not in a pipeline");
  }

  @Override
  public EventLoop loop() {
    return context().channel().eventLoop();
  }

  @Override
  public ByteBufAllocator alloc() {
    return context().alloc();
  }

  @Override
  public boolean isWritable() {
    return context().channel().isWritable();
  }

  @Override
  public void write(ByteBuf bytes) {
    context().write(bytes, context().voidPromise());
  }

  @Override
  public void flush() {
    context().flush();
  }

  /** Lets a client that asked first send its body. */
  void continueIfExpected(HttpHeaders headers, boolean http10) {
    if (headers.contains("expect") && !http10) {
      write(AnswerBytes.continued());
      flush();
    }
  }

  /** Who is at the other end; the socket's own word, no header counts. */
  InetAddress remote() {
    return context().channel().remoteAddress() instanceof InetSocketAddress socket
        ? socket.getAddress()
        : InetAddress.getLoopbackAddress();
  }

  void autoRead(boolean on) {
    context().channel().config().setAutoRead(on);
  }

  /** Bytes that the client has not taken so far. */
  long pendingBytes() {
    ChannelOutboundBuffer pending = context().channel().unsafe().outboundBuffer();
    return pending == null ? 0 : pending.totalPendingWriteBytes();
  }

  void close() {
    context().close();
  }

  void closeAfterFlush() {
    context().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
  }

  /** Ends our direction once all is flushed; the client's bytes are still read. */
  void halfCloseAfterFlush() {
    if (context().channel() instanceof SocketChannel socket) {
      context()
          .writeAndFlush(Unpooled.EMPTY_BUFFER)
          .addListener(flushed -> socket.shutdownOutput());
    }
  }

  /** Makes the coming close a reset, which no client takes for the end of a body. */
  void closeWithReset() {
    context().channel().config().setOption(ChannelOption.SO_LINGER, 0);
  }
}
