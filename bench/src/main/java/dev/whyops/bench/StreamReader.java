package dev.whyops.bench;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.nio.charset.StandardCharsets;

/** One stream: finds the clock in each chunk and the end, in whatever pieces they come. */
final class StreamReader extends ChannelInboundHandlerAdapter {
  private static final byte[] MARK = " token@".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] END = "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private final byte[] request;
  private final long startAt;
  private final StreamLoad.Running running;
  private int markMatched;
  private int endMatched;
  private boolean inNumber;
  private boolean over;
  private long sentAt;
  private long sentBefore;
  private long arrivedBefore;

  StreamReader(byte[] request, long startAt, StreamLoad.Running running) {
    this.request = request;
    this.startAt = startAt;
    this.running = running;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    ctx.writeAndFlush(ctx.alloc().directBuffer(request.length).writeBytes(request));
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf bytes = (ByteBuf) message;
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
    endMatched = b == END[endMatched] ? endMatched + 1 : b == END[0] ? 1 : 0;
    if (endMatched == END.length) {
      over = true;
      endMatched = 0;
    }
    if (!inNumber) {
      markMatched = b == MARK[markMatched] ? markMatched + 1 : b == MARK[0] ? 1 : 0;
      if (markMatched == MARK.length) {
        markMatched = 0;
        sentAt = 0;
        inNumber = true;
      }
    } else if (b >= '0' && b <= '9') {
      sentAt = sentAt * 10 + (b - '0');
    } else {
      inNumber = false;
      chunk(now);
    }
  }

  private void chunk(long now) {
    if (arrivedBefore == 0) {
      running.firstChunk(now - startAt);
    } else {
      running.gap(now - arrivedBefore - (sentAt - sentBefore));
    }
    running.chunk(now - sentAt);
    arrivedBefore = now;
    sentBefore = sentAt;
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    running.ended(over);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close();
  }
}
