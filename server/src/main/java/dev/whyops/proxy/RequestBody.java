package dev.whyops.proxy;

import dev.whyops.limit.FairShare;
import dev.whyops.project.ProjectId;
import dev.whyops.record.Rewrite;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a request that are held: until the route is known, and for the record. Also scanned
 * here, as they come.
 *
 * <p>Not thread-safe; belongs to one call.
 */
final class RequestBody {
  /** What is kept for the record and at most held for the route. */
  static final int KEPT_MAX = 32 * 1024 * 1024;

  private static final int UNCOUNTED_MAX = 64 * 1024;
  private static final byte[] NOTHING = new byte[0];

  private final FairShare held;
  private final ProjectId project;
  private int counted;

  private @Nullable BodyScanner scanner;
  private final boolean kept;
  private byte[] bytes = NOTHING;
  private int length;
  private long received;
  private boolean complete;
  private boolean dropping;
  private boolean sentDecoded;
  private boolean gap;
  private byte @Nullable [] decoded;

  /**
   * @param kept the record wants the bytes; else they are held only until they are sent
   */
  RequestBody(CallRequest request, boolean kept, FairShare held) {
    this.held = held;
    this.project = request.caller().project();
    this.scanner = request.target().recordedBody() ? new BodyScanner() : null;
    long announced = request.contentLength();
    this.kept = kept;
    if (announced > 0) {
      bytes = new byte[(int) Math.min(announced, UNCOUNTED_MAX)];
    }
  }

  /**
   * @param passedOn the bytes go up anyway, so that only the record loses them
   * @return false when too much is held by all calls together
   */
  boolean append(ByteBuf part, boolean passedOn) {
    int size = part.readableBytes();
    received += size;
    int room = dropping ? 0 : Math.min(size, KEPT_MAX - length);
    if (room > 0) {
      if (!reserve(length + room)) {
        dropping = true;
        gap = true;
        return passedOn;
      }
      part.getBytes(part.readerIndex(), bytes, length, room);
      if (scanner != null) {
        scanner.feed(bytes, length, length + room);
      }
      length += room;
    }
    return true;
  }

  /** Only what is beyond the usual size is counted, so that small calls share nothing. */
  private boolean reserve(int needed) {
    if (needed <= bytes.length) {
      return true;
    }
    int capacity = Math.max(needed, Math.max(2_048, bytes.length * 2));
    if (capacity > UNCOUNTED_MAX) {
      if (!held.take(project, capacity - counted)) {
        return false;
      }
      counted = capacity;
    }
    bytes = Arrays.copyOf(bytes, capacity);
    return true;
  }

  /** Less was kept for the record than came, because too much was held. */
  boolean hasGap() {
    return gap;
  }

  /** The call is over. */
  void release() {
    if (counted > 0) {
      held.giveBack(project, counted);
      counted = 0;
    }
  }

  void complete() {
    complete = true;
  }

  boolean isComplete() {
    return complete;
  }

  long received() {
    return received;
  }

  byte[] bytes() {
    return bytes;
  }

  int length() {
    return length;
  }

  /** The held bytes are on their way; without a record nothing more needs to be kept. */
  void sent() {
    if (!kept) {
      dropping = true;
      bytes = NOTHING;
      length = 0;
      release();
    }
  }

  /**
   * Takes the decoded form of a coded body, to read from; what goes up stays as it came unless
   * {@link #sendDecoded} is called.
   */
  void decoded(byte[] plain) {
    BodyScanner fresh = new BodyScanner();
    fresh.feed(plain, 0, plain.length);
    scanner = fresh;
    decoded = plain;
  }

  /** The body without its coding; null when it is coded and could not be decoded. */
  byte @Nullable [] plain(boolean coded) {
    return coded ? decoded : bytes;
  }

  /** How much of {@link #plain} is the body. */
  int plainLength(boolean coded) {
    byte[] plain = decoded;
    return coded && plain != null ? plain.length : length;
  }

  /** A change has to be made to a coded body: it goes up decoded, and is kept so. */
  void sendDecoded() {
    byte[] plain = decoded;
    if (plain != null) {
      bytes = plain;
      length = plain.length;
      received = plain.length;
      sentDecoded = true;
    }
  }

  /** The body goes up without the coding it came with. */
  boolean isSentDecoded() {
    return sentDecoded;
  }

  /** What the record keeps. */
  byte[] forRecord() {
    return kept ? forReading() : NOTHING;
  }

  /** An array of exactly the held bytes; not to be changed. */
  byte[] forReading() {
    if (length < bytes.length) {
      bytes = Arrays.copyOf(bytes, length);
    }
    return bytes;
  }

  /** Everything that came is held, so that it can be sent again. */
  boolean isHeldWhole() {
    return complete && length == received;
  }

  BodyScanner.@Nullable Member member(BodyScanner.Name name) {
    return scanner == null ? null : scanner.member(name);
  }

  /** The top-level {@code model}, when it is a string that could be read. */
  @Nullable String model() {
    BodyScanner.Member model = member(BodyScanner.Name.MODEL);
    return model == null ? null : model.string();
  }

  /** The change that takes the provider's slug and its slash off the model. */
  Rewrite slugCut() {
    BodyScanner.Member model = java.util.Objects.requireNonNull(member(BodyScanner.Name.MODEL));
    int cut = JsonText.afterSlash(model.text());
    return new Rewrite("slug", model.start() + 1, cut - 1, NOTHING);
  }

  boolean modelFound() {
    return member(BodyScanner.Name.MODEL) != null;
  }

  /** The body ended, or broke, before it could be told whether it has a model. */
  boolean modelUnreadable() {
    return scanner != null && !modelFound() && !scanner.complete();
  }

  /** All of the body is held, and it was read to its end. */
  boolean isScannedWhole() {
    return isHeldWhole() && scanner != null && scanner.complete();
  }

  /** Offset after the brace that opens the body. */
  long objectStart() {
    return scanner == null ? 0 : scanner.objectStart();
  }

  boolean scanOver() {
    return scanner == null || scanner.complete() || scanner.unreadable();
  }
}
