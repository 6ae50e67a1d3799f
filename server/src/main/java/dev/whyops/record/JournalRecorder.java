package dev.whyops.record;

import dev.whyops.journal.FrameType;
import dev.whyops.journal.Journal;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * Puts both halves of a call into the journal. Never waits: what the journal cannot take now is a
 * capture gap, counted and shown. A call whose start is in the journal gets an end there, late and
 * without its answer if need be: without one the journal could never be dropped behind it.
 *
 * <p>Thread-safe; each open call is used from one thread.
 */
public final class JournalRecorder implements Recorder {
  /** Lost ends that wait; a start makes sure of those beyond. */
  private static final int LOST_ENDS_MAX = 20_000;

  private final Journal journal;
  private final ConcurrentLinkedQueue<Lost> lostEnds = new ConcurrentLinkedQueue<>();
  private final AtomicInteger lostEndCount = new AtomicInteger();
  private final LongAdder captureGaps = new LongAdder();

  public JournalRecorder(Journal journal) {
    this.journal = journal;
  }

  /** Calls of which something is missing in the record. */
  public long captureGaps() {
    return captureGaps.sum();
  }

  /** Puts ends that the journal could not take before into it. */
  public void endLost() {
    for (int left = lostEndCount.get(); left > 0; left--) {
      Lost lost = lostEnds.poll();
      if (lost == null) {
        return;
      }
      lostEndCount.decrementAndGet();
      if (!journal.offer(FrameType.CALL_END, lost.body, lost)) {
        return; // it waits again, as the others do
      }
    }
  }

  /** An end without an answer that is not in the journal yet. */
  private final class Lost implements Journal.Receipt {
    private final byte[] body;

    Lost(String callId, CallEnd end) {
      this.body = CallCodec.encode(callId, end.cutShort().withoutTimeline());
    }

    @Override
    public void lost(String reason) {
      if (lostEndCount.incrementAndGet() > LOST_ENDS_MAX) {
        lostEndCount.decrementAndGet();
      } else {
        lostEnds.add(this);
      }
    }
  }

  @Override
  public OpenCall open(CallStart start) {
    Call call = new Call(start.callId());
    journal.offer(
        FrameType.CALL_OPEN,
        CallCodec.encode(start),
        new Journal.Receipt() {
          @Override
          public void lost(String reason) {
            call.startLost = true;
            call.lost(reason);
          }
        });
    return call;
  }

  /**
   * Once a piece is lost the rest of the answer is not worth its room: it ends where the gap is. An
   * end without its start says nothing.
   */
  private final class Call implements OpenCall, Journal.Receipt {
    private final String callId;
    private volatile boolean startLost;
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
      if (startLost) {
        settled.run();
        return;
      }
      journal.offer(
          FrameType.CALL_END,
          CallCodec.encode(callId, gap ? end.cutShort() : end),
          new Journal.Receipt() {
            @Override
            public void written(long seq) {
              settled.run();
            }

            @Override
            public void lost(String reason) {
              Call.this.lost(reason);
              if (!startLost) {
                new Lost(callId, end).lost(reason);
              }
              settled.run();
            }
          });
    }
  }
}
