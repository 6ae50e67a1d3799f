package dev.whyops.record;

/**
 * Takes what the relay saw and never delays, alters or fails a call: nothing here blocks or throws,
 * and what cannot be kept is counted.
 */
public interface Recorder {
  /** Journals the request half when the upstream call starts. */
  OpenCall open(CallStart start);

  /** A call that is under way. Used from one event loop. */
  interface OpenCall {
    /**
     * Hands over the part of a streamed answer that came since the last time, about every second.
     */
    void chunk(byte[] answerBytes);

    /**
     * Journals the answer half, exactly once.
     *
     * @param settled runs on a journal thread as soon as the record is written or known to be lost
     */
    void end(CallEnd end, Runnable settled);
  }
}
