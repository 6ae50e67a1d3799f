package dev.whyops.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * One connection to a provider. It lives on the event loop of the clients that it serves, one after
 * the other; a connection whose exchange did not finish is closed and never used again.
 */
final class Upstream extends ChannelInboundHandlerAdapter {
  private final Lane lane;
  private final Origin origin;
  private final ResponseFramer framer = new ResponseFramer();
  private @Nullable Channel channel;
  private @Nullable Relay relay;
  private boolean failed;
  private long idleSince;

  Upstream(Lane lane, Origin origin) {
    this.lane = lane;
    this.origin = origin;
  }

  Origin origin() {
    return origin;
  }

  long idleSince() {
    return idleSince;
  }

  boolean isUsable() {
    return channel != null && channel.isActive() && !failed;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    channel = context.channel();
  }

  /** Starts an exchange; {@code bodiless} when the request is HEAD. */
  void begin(Relay nextRelay, boolean bodiless) {
    relay = nextRelay;
    framer.expect(bodiless);
  }

  /** Sends a part of the request; takes ownership. */
  void send(ByteBuf bytes) {
    Channel open = channel;
    if (open == null) {
      bytes.release();
      return;
    }
    open.writeAndFlush(bytes, open.voidPromise());
  }

  boolean isWritable() {
    return channel != null && channel.isWritable();
  }

  void read() {
    if (channel != null) {
      channel.read();
    }
  }

  /** The exchange is complete: the connection may serve the next one. */
  void release(boolean reusable) {
    relay = null;
    if (reusable && isUsable()) {
      idleSince = System.nanoTime();
      lane.putIdle(this);
      read();
    } else {
      close();
    }
  }

  /** Ends the exchange, whatever its state, and the connection with it. */
  void cancel() {
    relay = null;
    close();
  }

  void close() {
    failed = true;
    if (channel != null) {
      channel.close();
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf bytes = (ByteBuf) message;
    try {
      if (relay == null) {
        unexpected(bytes);
      } else {
        relay.readStarted();
        framer.feed(bytes, relay);
      }
    } finally {
      bytes.release();
    }
  }

  private void unexpected(ByteBuf bytes) {
    if (bytes.isReadable()) {
      lane.forget(this);
      close();
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    if (relay != null) {
      relay.readComplete();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    if (relay != null) {
      relay.upstreamWritable();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    Relay current = relay;
    if (current == null) {
      lane.forget(this);
      return;
    }
    relay = null;
    if (framer.atBodyUntilClose() && !failed) {
      framer.closed(current);
      current.readComplete();
    } else {
      current.broken();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    failed = true;
    context.close();
    if (!(cause instanceof IOException)) {
      Faults.note("upstream", cause);
    }
  }
}
