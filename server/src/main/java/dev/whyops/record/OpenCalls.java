package dev.whyops.record;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Calls whose end was not read yet, oldest first, with what came of their answers. All answers
 * together have a share of the heap; what finds no room ends its answer early. One thread.
 */
final class OpenCalls {
  /** Answers are captured up to 4 MiB; pieces beyond that are not kept here either. */
  private static final int ANSWER_BYTES_MAX = 4 * 1024 * 1024;

  /** All of them together, or an eighth of the heap where that is less. */
  private static final long BYTES_MAX = 128L * 1024 * 1024;

  private static final int HEAP_SHARE = 8;

  private static final class Open {
    final long seq;
    final CallStart start;
    final ByteArrayOutputStream answer = new ByteArrayOutputStream(0);
    boolean cut;

    Open(long seq, CallStart start) {
      this.seq = seq;
      this.start = start;
    }
  }

  private final Map<String, Open> byCallId = new LinkedHashMap<>();
  private final long bytesMax = Math.min(BYTES_MAX, Runtime.getRuntime().maxMemory() / HEAP_SHARE);
  private final LongAdder cutAnswers;
  private long bytes;

  /**
   * @param cutAnswers counts those that ended early for want of room
   */
  OpenCalls(LongAdder cutAnswers) {
    this.cutAnswers = cutAnswers;
  }

  void open(long seq, CallStart start) {
    forget(start.callId()); // sent again from the dead letter
    byCallId.put(start.callId(), new Open(seq, start));
  }

  void chunk(CallCodec.Chunk chunk) {
    Open open = byCallId.get(chunk.callId());
    if (open == null || open.cut || open.answer.size() >= ANSWER_BYTES_MAX) {
      return;
    }
    if (bytes + chunk.bytes().length > bytesMax) {
      open.cut = true;
      cutAnswers.increment();
      return;
    }
    open.answer.writeBytes(chunk.bytes());
    bytes += chunk.bytes().length;
  }

  /** Null when it is not known. */
  @Nullable CallStart start(String callId) {
    Open open = byCallId.get(callId);
    return open == null ? null : open.start;
  }

  /** Null when its start is not known: it was lost, or is stored already. */
  @Nullable Exchange end(CallCodec.End end) {
    Open open = byCallId.remove(end.callId());
    if (open == null) {
      return null;
    }
    bytes -= open.answer.size();
    if (open.cut) {
      return new Exchange(open.start, end.end().cutShort(), open.answer.toByteArray());
    }
    byte[] answer = end.end().body();
    if (open.answer.size() > 0) {
      open.answer.writeBytes(answer);
      answer = open.answer.toByteArray();
    }
    return new Exchange(open.start, end.end(), answer);
  }

  void forget(String callId) {
    Open open = byCallId.remove(callId);
    if (open != null) {
      bytes -= open.answer.size();
    }
  }

  /** Sequence of the oldest start, or {@code otherwise}. */
  long oldestSeq(long otherwise) {
    return byCallId.isEmpty() ? otherwise : byCallId.values().iterator().next().seq;
  }

  /** Calls that began at or before this sequence. */
  List<String> startedUpTo(long seq) {
    List<String> ids = new ArrayList<>();
    for (Map.Entry<String, Open> entry : byCallId.entrySet()) {
      if (entry.getValue().seq <= seq) {
        ids.add(entry.getKey());
      }
    }
    return ids;
  }

  int size() {
    return byCallId.size();
  }
}
