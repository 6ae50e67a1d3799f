package dev.whyops.endpoint;

/** Room in the heap for what a request becomes while it is handled. */
public interface Room {
  /** For where nothing is scarce. */
  Room PLENTY =
      new Room() {
        @Override
        public void demand(long heapBytes) {}

        @Override
        public void keep(long heapBytes) {}
      };

  /**
   * Holds so much in all; asked before it is taken.
   *
   * @throws dev.whyops.http.ApiException 503 {@code overloaded} when there is not so much now, 413
   *     when there never is
   */
  void demand(long heapBytes);

  /** Gives back what is beyond this: the rest of the work takes no more. */
  void keep(long heapBytes);
}
