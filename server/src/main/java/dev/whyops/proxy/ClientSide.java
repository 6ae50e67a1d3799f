package dev.whyops.proxy;

import dev.whyops.http.ApiException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import java.util.Map;

/** The client's connection as a call sees it. All methods are called on its event loop. */
public interface ClientSide {
  EventLoop loop();

  ByteBufAllocator alloc();

  /** Whether the client takes more bytes without piling them up here. */
  boolean isWritable();

  /** Queues bytes of the answer; takes ownership. */
  void write(ByteBuf bytes);

  void flush();

  /** Stops or goes on reading the request's body. */
  void readRequest(boolean on);

  /** Whether the connection may serve another request after this answer. */
  boolean keepAlive();

  /** The client speaks HTTP/1.0: no chunked bodies for it. */
  boolean http10();

  /** The answer is complete and flushed. */
  void done(boolean reusable);

  /** Ends the answer visibly broken. */
  void breakOff();

  /** Answers with a failure of ours; nothing may have been written before. */
  void refuse(ApiException failure, Map<String, String> headers);
}
