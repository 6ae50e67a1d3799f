package dev.whyops.bench;

/**
 * What wrk is to do.
 *
 * @param bodyBytes about the size of a request
 * @param pauseMs what each connection waits before each call, to pace the load; 0 for none
 */
record Load(String path, boolean stream, int bodyBytes, int connections, int seconds, int pauseMs) {
  private static final int USUAL_BYTES = 1_000;

  /** Calls with 1 KB up and down. */
  static Load plain(int connections, int seconds) {
    return new Load(Requests.CHAT, false, USUAL_BYTES, connections, seconds, 0);
  }

  static Load paced(int connections, int seconds, int pauseMs) {
    return new Load(Requests.CHAT, false, USUAL_BYTES, connections, seconds, pauseMs);
  }

  /**
   * @param bytesDown about the size of an answer
   */
  static Load bodies(int bytesUp, int bytesDown, int connections, int seconds) {
    return new Load(Requests.CHAT + "?size=" + bytesDown, false, bytesUp, connections, seconds, 0);
  }

  static Load stream(int chunks, int pauseMs, int connections, int seconds) {
    return new Load(streamPath(chunks, pauseMs), true, USUAL_BYTES, connections, seconds, 0);
  }

  Load lasting(int otherSeconds) {
    return new Load(path, stream, bodyBytes, connections, otherSeconds, pauseMs);
  }

  static String streamPath(int chunks, int pauseMs) {
    return Requests.CHAT + "?chunks=" + chunks + "&pause=" + pauseMs;
  }
}
