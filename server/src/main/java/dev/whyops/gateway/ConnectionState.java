package dev.whyops.gateway;

import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;

/** What a client's connection is doing. */
enum ConnectionState {
  /** Between two requests. */
  IDLE,
  /** The store is asked about the key, or other calls begin first. */
  WAITING,
  /** The body of a request to an endpoint of ours comes in. */
  COLLECTING,
  /** An endpoint of ours works. */
  ANSWERING,
  PROXYING,
  /** The answer is given; the rest of a small body is read away. */
  DISCARDING,
  /** The connection closes as soon as the client has its answer. */
  LINGERING,
  CLOSED;

  /** Whether a part can be worked on now, or has to wait for what is under way. */
  boolean takes(HttpObject part, boolean requestEnded) {
    return switch (this) {
      case IDLE, COLLECTING, DISCARDING, LINGERING, CLOSED -> true;
      case WAITING, ANSWERING -> false;
      case PROXYING -> !requestEnded && !(part instanceof HttpRequest);
    };
  }
}
