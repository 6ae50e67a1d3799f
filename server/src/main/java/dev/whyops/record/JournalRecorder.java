package dev.whyops.record;

import dev.whyops.journal.FrameType;
import dev.whyops.journal.Journal;
import java.util.concurrent.atomic.LongAdder;

/**
 * Puts both halves of a call into the journal. Never waits: what the journal cannot take now is a
 * capture gap, counted and shown.
 *
 * <p>Thread-safe; each open call is used from one thread.
 */
public final class JournalRecorder implements Recorder {
  private final Journal journal;
  private final LongAdder captureGaps = new LongAdder();

  public JournalRecorder(Journal journal) {
    this.journal = journal;
  }

  /** Calls of which something is missing in the record. */
  public long captureGaps() {
    return captureGaps.sum();
  }

  @Override
  public OpenCall open(CallStart start) {
    Call call = new Call(start.callId());
    journal.offer(FrameType.CALL_OPEN, CallCodec.encode(start), call);
    return call;
  }

  /** Once a part is lost the rest is not worth its room: an end without its start says nothing. */
  private final class Call implements OpenCall, Journal.Receipt {
    private final String callId;
    private volatile boolean gap;

    Call(String callId) {
      this.callId = callId;
    }

    @Override
    public void lost(String reason) {
      if (!gap) {
        gap = true;
        captureGaps.increment();
      }
    }

    @Override
    public void chunk(byte[] answerBytes) {
      if (!gap) {
        journal.offer(FrameType.CALL_CHUNK, CallCodec.chunk(callId, answerBytes), this);
      }
    }

    @Override
    public void end(CallEnd end, Runnable settled) {
      if (gap) {
        settled.run();
        return;
      }
      journal.offer(
          FrameType.CALL_END,
          CallCodec.encode(callId, end),
          new Journal.Receipt() {
            @Override
            public void written(long seq) {
              settled.run();
            }

            @Override
            public void lost(String reason) {
              Call.this.lost(reason);
              settled.run();
            }
          });
    }
  }
}
