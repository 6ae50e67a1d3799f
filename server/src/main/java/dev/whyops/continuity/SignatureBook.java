package dev.whyops.continuity;

import dev.whyops.continuity.CallTrace.Rule;
import dev.whyops.project.ProjectId;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes the invisible signatures of calls, each under the key of its project.
 * Thread-safe; may block.
 */
public final class SignatureBook {
  private final SignatureKeys keys;
  private final ContinuityIndex index;
  private final Clock clock;

  public SignatureBook(SignatureKeys keys, ContinuityIndex index, Clock clock) {
    this.keys = keys;
    this.index = index;
    this.clock = clock;
  }

  /** Bytes of a body that this project's signatures take. */
  public record Place(int start, int end) {}

  /** Few of the bytes are looked at: false when there is surely none. Never blocks. */
  public static boolean mayBeIn(byte[] body, int length) {
    return SignatureShapes.mayBeIn(body, length);
  }

  /** Whether conversations of this project may hold any; false is certain. Never blocks. */
  public boolean mayExist(ProjectId project) {
    return index.maySign(project);
  }

  /** Where the valid signatures of a JSON body stand, in order and without overlaps. */
  public List<Place> places(ProjectId project, byte[] body) {
    List<SignatureShapes.Shape> shapes = SignatureShapes.in(body, body.length);
    if (shapes.isEmpty()) {
      return List.of();
    }
    byte[] key = keys.of(project);
    List<Place> places = new ArrayList<>();
    int end = 0;
    for (SignatureShapes.Shape shape : shapes) {
      if (Signature.verify(key, shape.payload()) != null) {
        places.add(new Place(Math.max(end, shape.start()), shape.end()));
        end = shape.end();
      }
    }
    return places;
  }

  /** The trace of the last valid signature in these texts; empty when there is none. */
  public Optional<CallTrace> last(ProjectId project, List<String> texts) {
    byte[] key = keys.of(project);
    for (String text : texts.reversed()) {
      TraceRef ref = SignatureShapes.lastValid(key, text);
      if (ref != null) {
        return Optional.ofNullable(trace(project, ref));
      }
    }
    return Optional.empty();
  }

  private @Nullable CallTrace trace(ProjectId project, TraceRef ref) {
    return index
        .byRef(project, ref)
        .map(known -> new CallTrace(known.traceId(), known.threadId(), Rule.SIGNATURE))
        .or(() -> ref.generatedId(clock.instant()).map(id -> new CallTrace(id, id, Rule.SIGNATURE)))
        .orElse(null);
  }

  /** The key under which answers of this project are signed. */
  public byte[] key(ProjectId project) {
    return keys.of(project);
  }

  /** The text that names this trace. Never blocks. */
  public String sign(ProjectId project, byte[] key, CallTrace trace) {
    TraceRef ref = TraceRef.of(project, trace.traceId());
    boolean plain =
        trace.threadId().equals(trace.traceId())
            && ref.generatedId(clock.instant()).filter(trace.traceId()::equals).isPresent();
    index.signed(project, ref, new Known(trace.traceId(), trace.threadId(), ""), plain);
    return Signature.encode(key, ref);
  }
}
