package dev.whyops.journal;

/**
 * Takes frames and keeps them over the death of the process. Thread-safe; order of sequence is
 * order of acceptance.
 */
public interface Journal extends AutoCloseable {
  /** Told from the journal's own threads; must return at once and never throw. */
  interface Receipt {
    /** The frame was written (survives the death of the process, not yet of the machine). */
    default void written(long seq) {}

    /** The frame was synced. */
    default void durable(long seq) {}

    /** The frame was not kept: queue full, disk full, or an I/O error. */
    default void lost(String reason) {}

    /** For frames that nobody waits for. */
    Receipt NONE = new Receipt() {};
  }

  /**
   * Queues a frame; never blocks, also on an event loop.
   *
   * @return false when the bounded queue is full (the receipt is told {@code lost} too)
   */
  boolean offer(FrameType type, byte[] body, Receipt receipt);

  /**
   * Queues a frame and waits for its sync.
   *
   * @return its sequence
   * @throws JournalException when it could not be made durable
   */
  long appendDurably(FrameType type, byte[] body);

  @Override
  void close();
}
