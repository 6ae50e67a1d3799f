package dev.whyops.proxy;

import dev.whyops.http.ApiException;
import dev.whyops.proxy.ResponseHead.Framing;
import dev.whyops.record.Outcome;
import dev.whyops.route.ProviderRef;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The answer's way from provider to client: bytes go on as they come, flushed once per read of the
 * provider's socket. Only the end of the body waits for the call's record. One instance per
 * attempt.
 */
final class Relay implements ResponseFramer.Sink {
  private static final ByteBuf LAST_CHUNK = constant("0\r\n\r\n");
  private static final ByteBuf CRLF = constant("\r\n");

  private final ProxyCall call;
  private final ClientSide client;
  private final Lane lane;
  private final Tap tap;
  private final CallRecord record;
  private final Upstream upstream;

  private boolean headSeen;
  private boolean headFlushed;
  private boolean chunkedDown;
  private boolean rechunk;
  private boolean closesDown;
  private boolean upstreamKeepsAlive;
  private boolean paused;
  private boolean over;
  private boolean released;
  private long settleBy;
  private long readNanos;
  private CallRecord.Answer answer = CallRecord.Answer.NONE;
  private @Nullable AnswerEdit edit;
  private @Nullable ByteBuf heldHead;
  private long announced;
  private @Nullable ByteBuf heldEnd;

  Relay(
      ProxyCall call, Upstream upstream, ClientSide client, Lane lane, Tap tap, CallRecord record) {
    this.call = call;
    this.upstream = upstream;
    this.client = client;
    this.lane = lane;
    this.tap = tap;
    this.record = record;
  }

  Upstream upstream() {
    return upstream;
  }

  boolean headSeen() {
    return headSeen;
  }

  boolean isOver() {
    return over;
  }

  /** Gives the provider up when it is silent for too long. */
  void tick(long nowNanos, ProviderRef.Timeouts limits, UpstreamRequest request) {
    if (over) {
      return;
    }
    if (headSeen) {
      if (!paused && nowNanos - readNanos > limits.silence().toNanos()) {
        breakOff("provider_timeout");
      }
    } else if (request.isSent() && nowNanos - request.sentNanos() > limits.head().toNanos()) {
      abandon();
      call.attemptFailed(ProviderFailures.timeout("No answer came in time."), 0);
    }
  }

  /** Bytes of the provider are about to be read. */
  void readStarted() {
    readNanos = System.nanoTime();
  }

  @Override
  public boolean head(ResponseHead head) {
    ApiException refusal = call.judgeHead(head);
    if (refusal != null) {
      over = true;
      upstream.cancel();
      call.attemptFailed(refusal, head.status());
      return false;
    }
    headSeen = true;
    String contentType = head.value("content-type");
    String coding = head.value("content-encoding");
    boolean stream = contentType != null && contentType.startsWith("text/event-stream");
    tap.head(readNanos, stream, coding != null, head.contentLength(), record.keepsAnswer());
    answer = new CallRecord.Answer(head.status(), contentType, coding, requestId(head, tap));
    upstreamKeepsAlive = head.keepAlive();
    if (coding == null && head.status() == 200 && head.framing() != Framing.NONE) {
      edit = call.edit(stream, head.contentLength());
    }
    boolean length = head.framing() == Framing.LENGTH;
    boolean holdsHead = length && edit != null && edit.holdsAll();
    boolean lengthKnown = length && (edit == null || holdsHead);
    boolean endless = !lengthKnown && head.framing() != Framing.NONE;
    chunkedDown = endless && !client.http10();
    rechunk = chunkedDown && (head.framing() != Framing.CHUNKED || edit != null);
    closesDown = !client.keepAlive() || endless && client.http10();
    ByteBuf out = DownHead.begin(head, tap, call, client);
    if (holdsHead) {
      heldHead = out;
      announced = head.contentLength();
    } else {
      writeHead(out, endless ? -1 : DownHead.length(head));
    }
    return chunkedDown && !rechunk;
  }

  private static @Nullable String requestId(ResponseHead head, Tap tap) {
    String id = head.value("x-request-id");
    id = id == null ? head.value("request-id") : id;
    EchoedKey key = tap.key();
    byte[] bytes = id == null ? new byte[0] : id.getBytes(StandardCharsets.ISO_8859_1);
    return key != null && key.indexIn(bytes, 0, bytes.length) >= 0 ? null : id;
  }

  private void writeHead(ByteBuf out, long length) {
    DownHead.end(out, chunkedDown, length, closesDown, client.http10());
    client.write(out);
  }

  @Override
  public void payload(ByteBuf buffer, int index, int length) {
    if (!over) { // the body of a refused attempt is not the answer
      tap.payload(buffer, index, length, readNanos);
    }
  }

  @Override
  public void relay(ByteBuf bytes, boolean last) {
    if (over) {
      bytes.release();
    } else if (edit != null) {
      edit.feed(bytes, this::writePayload);
    } else if (last && !chunkedDown) {
      heldEnd = bytes;
    } else if (rechunk) {
      writePayload(bytes);
    } else {
      client.write(bytes);
    }
  }

  /** Writes payload, in a chunk of its own where the client gets chunks. */
  private void writePayload(ByteBuf bytes) {
    if (!rechunk) {
      client.write(bytes);
      return;
    }
    ByteBuf size = client.alloc().buffer(18);
    DownHead.text(size, Integer.toHexString(bytes.readableBytes()));
    DownHead.text(size, "\r\n");
    client.write(size);
    client.write(bytes);
    client.write(CRLF.duplicate());
  }

  @Override
  public void end(boolean surplus) {
    if (over) {
      return;
    }
    over = true;
    upstream.release(upstreamKeepsAlive && !surplus && call.requestSent());
    tap.last(readNanos);
    if (heldHead != null) {
      endHeld();
    } else if (edit != null) {
      edit.end(this::writePayload);
    }
    if (headFlushed) {
      client.flush();
    }
    tap.downFirst();
    tap.downLast();
    call.answered(answer);
    if (!record.end(new Outcome.Answered(), answer, this::settled)) {
      release();
    } else if (!released) {
      lane.limitSettling(this, System.nanoTime());
    }
  }

  /** The length is known at last; the body itself waits for its record as any other. */
  private void endHeld() {
    ByteBuf head = Objects.requireNonNull(heldHead);
    heldHead = null;
    Objects.requireNonNull(edit).end(body -> heldEnd = body);
    ByteBuf body = heldEnd;
    writeHead(head, body == null ? 0 : body.readableBytes());
  }

  /** The body breaks off: the client gets what came, under the length that was announced. */
  private void passHeld() {
    ByteBuf head = heldHead;
    heldHead = null;
    if (head != null) {
      writeHead(head, announced);
    }
    if (edit != null) {
      edit.breakOff(this::writePayload);
    }
  }

  private void settled() {
    if (lane.loop().inEventLoop()) {
      release();
    } else {
      lane.loop().execute(this::release);
    }
  }

  private void release() {
    if (released) {
      return;
    }
    released = true;
    ByteBuf end = heldEnd;
    heldEnd = null;
    if (end != null) {
      client.write(end);
    } else if (chunkedDown) {
      client.write(LAST_CHUNK.duplicate());
    }
    client.flush();
    client.done(!closesDown);
  }

  boolean isReleased() {
    return released;
  }

  void settleBy(long deadlineNanos) {
    settleBy = deadlineNanos;
  }

  long settleBy() {
    return settleBy;
  }

  /** The record did not come in time: the client is served all the same, and that is counted. */
  void releaseLate() {
    if (!released) {
      call.counters().lateRecords.increment();
      release();
    }
  }

  @Override
  public void fault(String why) {
    if (over) {
      return;
    }
    upstream.cancel();
    if (headSeen) {
      breakOff("provider_bad_response");
    } else {
      over = true;
      call.attemptFailed(ProviderFailures.badResponse(why), 0);
    }
  }

  /** The provider's connection ended before its answer did. */
  void broken() {
    if (over) {
      return;
    }
    if (headSeen) {
      breakOff("provider_bad_response");
    } else {
      over = true;
      call.attemptFailed(
          readNanos == 0
              ? ProviderFailures.unreachable("It closed the connection without an answer.")
              : ProviderFailures.badResponse("It ended inside of its head."),
          0);
    }
  }

  /** Ends an answer that has begun, in a way that no client takes for its end. */
  void breakOff(String code) {
    over = true;
    upstream.cancel();
    tap.last(System.nanoTime());
    call.cut(answer);
    record.end(new Outcome.Truncated(code), answer);
    released = true;
    passHeld();
    dropHeld();
    call.counters().brokenAnswers.increment();
    client.flush();
    client.breakOff();
  }

  /** The client left; nothing is written any more. */
  void clientGone() {
    boolean wasOver = over;
    over = true;
    released = true;
    dropHeld();
    if (!wasOver) {
      upstream.cancel();
      tap.last(System.nanoTime());
      call.cut(answer);
      record.end(new Outcome.ClientGone(), answer);
    }
  }

  /** Gives an attempt up before its head came, without telling the client. */
  void abandon() {
    over = true;
    upstream.cancel();
  }

  private void dropHeld() {
    if (heldEnd != null) {
      heldEnd.release();
      heldEnd = null;
    }
    if (heldHead != null) {
      heldHead.release();
      heldHead = null;
    }
    if (edit != null) {
      edit.release();
    }
  }

  /**
   * A read of the provider's socket is over: the one flush, then the next read if there is room.
   */
  void readComplete() {
    if (over) {
      return;
    }
    if (headSeen) {
      call.counters().answerReads.increment();
      record.readComplete(readNanos);
      if (heldHead == null) {
        client.flush();
        headFlushed = true;
        tap.downFirst();
      }
    }
    readOn();
  }

  void readOn() {
    paused = headSeen && !client.isWritable();
    if (!paused) {
      upstream.read();
    }
  }

  /** The client takes bytes again. */
  void clientWritable() {
    if (paused && !over) {
      readNanos = System.nanoTime();
      readOn();
    }
  }

  void upstreamWritable() {
    call.upstreamWritable();
  }

  private static ByteBuf constant(String ascii) {
    return Unpooled.unreleasableBuffer(
        Unpooled.directBuffer(ascii.length())
            .writeBytes(ascii.getBytes(StandardCharsets.US_ASCII))
            .asReadOnly());
  }
}
