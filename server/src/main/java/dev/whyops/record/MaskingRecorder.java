package dev.whyops.record;

import dev.whyops.masking.Blanker;
import dev.whyops.masking.JsonMasker;
import dev.whyops.masking.MaskBook;
import dev.whyops.masking.Masks;
import dev.whyops.masking.StreamMasker;
import dev.whyops.project.Capture;
import dev.whyops.project.ProjectScope;
import dev.whyops.provider.ContentCoding;
import dev.whyops.provider.Notes;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Masks the calls of projects that have masks, and takes all text out of calls whose capture is
 * {@code metadata}, before anything of them reaches the journal; all others pass straight through.
 *
 * <p>Masking reads whole texts, so it runs on a thread of its own, never on an event loop, and the
 * pieces of a stream are held back until its end: a masked call that the process does not survive
 * leaves only its request. At most {@link #WAITING_BYTES_MAX} wait; beyond that a call is a capture
 * gap, counted. Coded bodies are decoded first, and a body that cannot be decoded is left out.
 */
public final class MaskingRecorder implements Recorder, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(MaskingRecorder.class);
  private static final int WAITING_TASKS_MAX = 10_000;
  private static final long WAITING_BYTES_MAX = 128L << 20;
  private static final long STOP_SECONDS_MAX = 10;
  private static final byte[] NOTHING = new byte[0];

  private final Recorder inner;
  private final MaskBook book;
  private final AtomicLong waitingBytes = new AtomicLong();
  private final LongAdder captureGaps = new LongAdder();
  private final ThreadPoolExecutor thread =
      new ThreadPoolExecutor(
          1,
          1,
          0,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(WAITING_TASKS_MAX),
          Thread.ofPlatform().daemon().name("masking").factory());

  public MaskingRecorder(Recorder inner, MaskBook book) {
    this.inner = inner;
    this.book = book;
  }

  /** Calls of which something could not be masked in time and so was not kept. */
  public long captureGaps() {
    return captureGaps.sum();
  }

  @Override
  public OpenCall open(CallStart start) {
    ProjectScope scope = new ProjectScope(start.project());
    if (start.capture() == Capture.METADATA) {
      return new MaskedCall(() -> Hiding.ALL_TEXT, start);
    }
    Optional<Masks> remembered = book.remembered(scope);
    if (remembered.isPresent() && remembered.get().isEmpty()) {
      return inner.open(start);
    }
    return new MaskedCall(() -> Hiding.of(book.load(scope)), start);
  }

  /** Masks what waits and stops. */
  @Override
  public void close() {
    thread.shutdown();
    try {
      if (!thread.awaitTermination(STOP_SECONDS_MAX, TimeUnit.SECONDS)) {
        LOG.warn("masking unfinished_tasks={}", thread.getQueue().size());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean submit(long bytes, Runnable work) {
    if (waitingBytes.addAndGet(bytes) > WAITING_BYTES_MAX) {
      waitingBytes.addAndGet(-bytes);
      return false;
    }
    try {
      thread.execute(
          () -> {
            try {
              work.run();
            } finally {
              waitingBytes.addAndGet(-bytes);
            }
          });
      return true;
    } catch (RejectedExecutionException e) {
      waitingBytes.addAndGet(-bytes);
      return false;
    }
  }

  /** What is taken out of a body. */
  private interface Hiding {
    byte[] json(byte[] body);

    byte[] stream(byte[] body);

    /** For calls of which only the shape is kept. */
    Hiding ALL_TEXT = of(Blanker::json, Blanker::stream);

    static Hiding of(Masks masks) {
      return of(body -> JsonMasker.mask(body, masks), body -> StreamMasker.mask(body, masks));
    }

    static Hiding of(UnaryOperator<byte[]> json, UnaryOperator<byte[]> stream) {
      return new Hiding() {
        @Override
        public byte[] json(byte[] body) {
          return json.apply(body);
        }

        @Override
        public byte[] stream(byte[] body) {
          return stream.apply(body);
        }
      };
    }
  }

  private final class MaskedCall implements OpenCall {
    private final Supplier<Hiding> hiding;
    private final ByteArrayOutputStream answer = new ByteArrayOutputStream();
    private final boolean begun;

    /** Guarded by this call, as are those below. */
    private @Nullable OpenCall open;

    /** Waits for the start: an end whose answer could not be masked in time. */
    private @Nullable Runnable shortEnd;

    private boolean startFailed;

    MaskedCall(Supplier<Hiding> hiding, CallStart start) {
      this.hiding = hiding;
      this.begun = submit(start.body().length, () -> begin(start));
      if (!begun) {
        captureGaps.increment();
      }
    }

    @Override
    public void chunk(byte[] answerBytes) {
      answer.writeBytes(answerBytes);
    }

    @Override
    public void end(CallEnd end, Runnable settled) {
      if (!begun) {
        settled.run();
      } else if (!submit(answer.size() + end.body().length, () -> finish(end, settled))) {
        captureGaps.increment();
        endShort(end.cutShort(), settled);
      }
    }

    /** A start in the journal needs an end there; without the answer nothing is left to mask. */
    private void endShort(CallEnd end, Runnable settled) {
      OpenCall opened;
      synchronized (this) {
        opened = open;
        if (opened == null && !startFailed) {
          shortEnd = () -> endShort(end, settled);
          return;
        }
      }
      if (opened == null) {
        settled.run();
      } else {
        opened.end(MaskedHalves.end(end, NOTHING, Hiding.ALL_TEXT), settled);
      }
    }

    private void begin(CallStart start) {
      OpenCall opened = tryOpen(start);
      Runnable waiting;
      synchronized (this) {
        open = opened;
        startFailed = opened == null;
        waiting = shortEnd;
      }
      if (waiting != null) {
        waiting.run();
      }
    }

    private @Nullable OpenCall tryOpen(CallStart start) {
      try {
        return inner.open(MaskedHalves.start(start, hiding.get()));
      } catch (RuntimeException e) {
        // Without the settings nobody knows what to mask: nothing is kept.
        captureGaps.increment();
        LOG.warn(
            "masking call={} kept=false reason={}", start.callId(), e.getClass().getSimpleName());
        return null;
      }
    }

    private void finish(CallEnd end, Runnable settled) {
      OpenCall opened;
      synchronized (this) {
        opened = open;
      }
      if (opened == null) {
        settled.run();
        return;
      }
      answer.writeBytes(end.body());
      CallEnd masked;
      try {
        masked = MaskedHalves.end(end, answer.toByteArray(), hiding.get());
      } catch (RuntimeException e) {
        captureGaps.increment();
        masked = MaskedHalves.end(end, NOTHING, Hiding.ALL_TEXT);
      }
      opened.end(masked, settled);
    }
  }

  /**
   * The two halves of a call with their texts masked; byte offsets no longer hold, so none stay.
   */
  private static final class MaskedHalves {
    static CallStart start(CallStart start, Hiding hiding) {
      byte[] plain =
          decoded(start.contentEncoding(), start.body(), ContentCoding.REQUEST_MAX_BYTES);
      return new CallStart(
          start.callId(),
          start.project(),
          start.environment(),
          start.keyId(),
          start.agentName(),
          start.traceId(),
          start.threadId(),
          start.continuity(),
          start.externalUserId(),
          start.parentSpanId(),
          start.traceparent(),
          start.capture(),
          start.providerId(),
          start.providerSlug(),
          start.dialect(),
          start.kind(),
          start.method(),
          start.path(),
          start.contentType(),
          null,
          plain.length == 0 ? plain : hiding.json(plain),
          start.bodyLength(),
          List.of(),
          start.receivedAt());
    }

    static CallEnd end(CallEnd end, byte[] answer, Hiding hiding) {
      byte[] plain = decoded(end.contentEncoding(), answer, ContentCoding.ANSWER_MAX_BYTES);
      return new CallEnd(
          end.outcome(),
          end.status(),
          end.contentType(),
          null,
          end.providerRequestId(),
          masked(end.contentType(), plain, hiding),
          end.bodyLength(),
          end.truncatedCapture(),
          List.of(),
          end.stamps(),
          end.timeline(),
          end.warnings());
    }

    private static byte[] masked(@Nullable String contentType, byte[] plain, Hiding hiding) {
      if (plain.length == 0) {
        return plain;
      }
      boolean stream =
          contentType != null
              && contentType.toLowerCase(Locale.ROOT).startsWith("text/event-stream");
      return stream ? hiding.stream(plain) : hiding.json(plain);
    }

    private static byte[] decoded(@Nullable String coding, byte[] body, int maxBytes) {
      ContentCoding.Decoded decoded = ContentCoding.decode(coding, body, maxBytes);
      return Notes.NOT_DECODED.equals(decoded.note()) ? NOTHING : decoded.bytes();
    }
  }
}
