package dev.whyops.proxy;

import dev.whyops.limit.FairShare;
import dev.whyops.project.ProjectId;
import dev.whyops.record.Recorder.OpenCall;
import dev.whyops.record.Stamps;
import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a bounded copy of an answer while it is relayed, and the times of its stages. Never fails
 * and never delays the relay. The copies of all calls together have a share of the heap; where it
 * is used up, a copy ends early, as it does at its own limit.
 *
 * <p>Not thread-safe; belongs to one call.
 */
final class Tap {
  static final int ANSWER_BYTES_MAX = 4 * 1024 * 1024;
  private static final int TIMELINE_READS_MAX = 4_096;
  private static final long HAND_OVER_NANOS = 1_000_000_000L;
  private static final byte[] NOTHING = new byte[0];

  /** Copies up to this size are not counted, so that small calls share nothing. */
  private static final int UNCOUNTED_MAX = 4 * 1024;

  private final long receivedNanos;
  private final ProjectId project;
  private final FairShare held;
  private long counted;
  private boolean noRoom;
  private boolean wholeLost;
  private boolean over;
  private byte[] copy = NOTHING;
  private int copied;
  private long kept;
  private long total;
  private boolean stream;
  private boolean coded;
  private long handedOverAt;
  private final List<byte[]> handedOver = new ArrayList<>(0);
  private long handedOverBytes;
  private @Nullable EchoedKey key;
  private boolean keyEchoed;
  private long[] timeline = {};
  private int timelineLength;
  private long bytesOfRead;

  private long routable = Stamps.MISSING;
  private long sent = Stamps.MISSING;
  private long bodySent = Stamps.MISSING;
  private long upFirst = Stamps.MISSING;
  private long upContent = Stamps.MISSING;
  private long downFirst = Stamps.MISSING;
  private long upLast = Stamps.MISSING;
  private long downLast = Stamps.MISSING;

  /**
   * @param held what the copies of all calls hold
   */
  Tap(long receivedNanos, ProjectId project, FairShare held) {
    this.receivedNanos = receivedNanos;
    this.project = project;
    this.held = held;
  }

  @Nullable EchoedKey key() {
    return key;
  }

  /** The provider sent our credential back, in a header or in its body. */
  boolean keyEchoed() {
    return keyEchoed;
  }

  void noteEchoedKey() {
    keyEchoed = true;
  }

  void routable() {
    routable = sinceReceipt();
  }

  /**
   * The request goes up.
   *
   * @param credential masked wherever the copy of the answer would keep it
   */
  void sent(String credential) {
    key = new EchoedKey(credential);
    sent = sinceReceipt();
  }

  void bodySent() {
    bodySent = sinceReceipt();
  }

  void downFirst() {
    if (downFirst == Stamps.MISSING) {
      downFirst = sinceReceipt();
    }
  }

  void downLast() {
    downLast = sinceReceipt();
  }

  /**
   * The answer's head came.
   *
   * @param isCoded nothing is handed over before the end: a credential inside could not be seen
   * @param contentLength -1 when unknown
   */
  void head(long nowNanos, boolean isStream, boolean isCoded, long contentLength, boolean capture) {
    upFirst = nowNanos - receivedNanos;
    stream = isStream;
    coded = isCoded;
    handedOverAt = nowNanos;
    if (!capture) {
      kept = ANSWER_BYTES_MAX;
    } else if (contentLength > 0) {
      int size = (int) Math.min(contentLength, ANSWER_BYTES_MAX);
      noRoom = !hold(size);
      copy = noRoom ? NOTHING : new byte[size];
    }
  }

  void payload(ByteBuf buffer, int index, int length, long nowNanos) {
    if (total == 0) {
      upContent = nowNanos - receivedNanos;
    }
    total += length;
    bytesOfRead += length;
    int keep = noRoom || over ? 0 : (int) Math.min(length, ANSWER_BYTES_MAX - kept);
    if (keep > 0 && makeRoom(copied + keep)) {
      buffer.getBytes(index, copy, copied, keep);
      copied += keep;
      kept += keep;
    }
  }

  private boolean makeRoom(int needed) {
    if (needed <= copy.length) {
      return true;
    }
    int capacity = Math.max(needed, Math.max(2_048, copy.length * 2));
    noRoom = !hold(capacity);
    if (!noRoom) {
      copy = Arrays.copyOf(copy, capacity);
    }
    return !noRoom;
  }

  /**
   * Counts what is held, with a copy of this size.
   *
   * @return false when there is no room for it; nothing has changed then
   */
  private boolean hold(int copySize) {
    long all = handedOverBytes + (copySize > UNCOUNTED_MAX ? copySize : 0);
    if (all > counted && !held.take(project, all - counted)) {
      return false;
    }
    if (all < counted) {
      held.giveBack(project, counted - all);
    }
    counted = all;
    return true;
  }

  /** The call is over. */
  void release() {
    over = true;
    held.giveBack(project, counted);
    counted = 0;
  }

  /** A read of the provider's socket is over; hands over what a long stream brought so far. */
  void readComplete(long nowNanos, OpenCall call) {
    if (!stream || bytesOfRead == 0) {
      return;
    }
    note(nowNanos);
    if (copied > 0 && !coded && nowNanos - handedOverAt >= HAND_OVER_NANOS) {
      handedOverAt = nowNanos;
      byte[] part = takeAllBut(maskEchoedKey());
      if (part.length > 0) {
        keepForWhole(part);
        call.chunk(part);
      }
    }
  }

  private void keepForWhole(byte[] part) {
    handedOver.add(part);
    handedOverBytes += part.length;
    if (!hold(copy.length)) { // it is in the journal; only what asks for the whole loses it
      handedOver.clear();
      handedOverBytes = 0;
      wholeLost = true;
      hold(copy.length);
    }
  }

  private void note(long nowNanos) {
    if (timelineLength == 2 * TIMELINE_READS_MAX) {
      timeline[timelineLength - 1] += bytesOfRead;
    } else {
      if (timelineLength == timeline.length) {
        timeline = Arrays.copyOf(timeline, Math.max(32, timeline.length * 2));
      }
      timeline[timelineLength++] = nowNanos - receivedNanos;
      timeline[timelineLength++] = bytesOfRead;
    }
    bytesOfRead = 0;
  }

  /**
   * @return how many of the last bytes may be a beginning of the key
   */
  private int maskEchoedKey() {
    if (key == null || coded) { // a coded copy is looked at when its coding is undone
      return 0;
    }
    if (key.mask(copy, 0, copied)) {
      keyEchoed = true;
    }
    return key.begunAtEnd(copy, 0, copied);
  }

  private byte[] takeAllBut(int kept) {
    byte[] end = Arrays.copyOfRange(copy, copied - kept, copied);
    copied -= kept;
    byte[] taken = take();
    copy = end;
    copied = kept;
    return taken;
  }

  /** The last byte came, or none comes any more. */
  void last(long nowNanos) {
    maskEchoedKey();
    upLast = nowNanos - receivedNanos;
    if (stream && bytesOfRead > 0) {
      note(nowNanos);
    }
  }

  /** The part of the copy that nobody took so far. */
  byte[] take() {
    byte[] taken = rest();
    copy = NOTHING;
    copied = 0;
    return taken;
  }

  private byte[] rest() {
    if (copied < copy.length) {
      copy = Arrays.copyOf(copy, copied);
    }
    return copy;
  }

  /**
   * All of the answer; null when some of it was not kept. To be asked before the last part is
   * taken.
   */
  byte @Nullable [] wholeCopy() {
    if (kept != total || wholeLost) {
      return null;
    }
    if (handedOver.isEmpty()) {
      return rest();
    }
    ByteArrayOutputStream whole = new ByteArrayOutputStream((int) total);
    handedOver.forEach(whole::writeBytes);
    whole.writeBytes(rest());
    return whole.toByteArray();
  }

  long total() {
    return total;
  }

  boolean truncated() {
    return total > ANSWER_BYTES_MAX || noRoom;
  }

  /** The copy ended early because too much was held by all calls together. */
  boolean hadNoRoom() {
    return noRoom;
  }

  long[] timeline() {
    return timelineLength == timeline.length ? timeline : Arrays.copyOf(timeline, timelineLength);
  }

  Stamps stamps() {
    return new Stamps(routable, sent, bodySent, upFirst, upContent, downFirst, upLast, downLast);
  }

  private long sinceReceipt() {
    return System.nanoTime() - receivedNanos;
  }
}
