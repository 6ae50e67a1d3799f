package dev.whyops.gateway;

import dev.whyops.http.ApiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One line per refused request, none per served one; nothing of the request but its id. */
final class Log {
  private static final Logger LOG = LoggerFactory.getLogger("dev.whyops.gateway");

  private Log() {}

  /** Strangers who try keys fill no log: they are counted, and shown on the ingestion page. */
  static void strangerRefused(String requestId, ApiException failure) {
    LOG.debug("refused request={} status={} code={}", requestId, failure.status(), failure.code());
  }

  static void refusal(String requestId, ApiException failure) {
    LOG.info("refused request={} status={} code={}", requestId, failure.status(), failure.code());
  }

  static void fault(String where, Throwable cause) {
    LOG.error("fault where={} type={}", where, cause.getClass().getName(), cause);
  }
}
