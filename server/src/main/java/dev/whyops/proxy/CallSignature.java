package dev.whyops.proxy;

import dev.whyops.continuity.CallTrace;
import dev.whyops.continuity.SignatureBook;
import dev.whyops.project.ProjectId;
import dev.whyops.project.ProjectSettings;
import dev.whyops.provider.CallKind;
import dev.whyops.provider.Dialect;
import dev.whyops.provider.RequestFacts;
import dev.whyops.provider.tail.StreamTail;
import dev.whyops.proxy.BodyScanner.Member;
import dev.whyops.proxy.BodyScanner.Name;
import dev.whyops.record.Rewrite;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The invisible signatures of one call: those that its request brings, which are cut out, and the
 * one that its answer may get.
 *
 * <p>Lives on the call's event loop; bodies are read on virtual threads.
 */
final class CallSignature {
  private static final byte[] NOTHING = new byte[0];

  private final ProxyHandler handler;
  private final EventLoop loop;
  private final CallRequest request;
  private final CallContext context;
  private final RequestBody body;

  private boolean wanted;
  private boolean read;
  private Found found = Found.NOTHING;

  /**
   * What the body told.
   *
   * @param cuts signatures to take out of it
   * @param last the trace that the last of them names
   * @param key present when the answer may be signed
   */
  private record Found(List<Rewrite> cuts, @Nullable CallTrace last, byte @Nullable [] key) {
    static final Found NOTHING = new Found(List.of(), null, null);
  }

  CallSignature(
      ProxyHandler handler,
      EventLoop loop,
      CallRequest request,
      CallContext context,
      RequestBody body) {
    this.handler = handler;
    this.loop = loop;
    this.request = request;
    this.context = context;
    this.body = body;
  }

  /** Whether the answer should get one, as far as project and headers say. */
  void decide(ProjectSettings settings) {
    boolean on = context.signature() == null ? settings.signatures() : context.signature();
    wanted = on && context.trace() == null && SignableRequest.isKind(request.target().kind());
  }

  /** A body that is not whole may hold signatures, or decide about the answer's. */
  boolean needsWholeBody() {
    return request.target().recordedBody()
        && (wanted || handler.parts().signatures().mayExist(request.caller().project()));
  }

  /** Reads a whole body once, if it has to be; goes on at once when it need not. */
  void read(byte @Nullable [] plain, int length, Runnable next) {
    boolean brings = plain != null && SignatureBook.mayBeIn(plain, length);
    if (plain == null || read || !brings && !wanted) {
      next.run();
      return;
    }
    read = true;
    byte[] bytes = length == plain.length ? plain : Arrays.copyOf(plain, length);
    Member model = body.member(Name.MODEL);
    handler
        .parts()
        .blocking()
        .execute(
            () -> {
              Found told = find(bytes, model, brings);
              loop.execute(
                  () -> {
                    found = told;
                    noteOtherTrace();
                    next.run();
                  });
            });
  }

  private Found find(byte[] bytes, @Nullable Member model, boolean brings) {
    try {
      SignatureBook book = handler.parts().signatures();
      ProjectId project = request.caller().project();
      List<Rewrite> cuts = brings ? cuts(book.places(project, bytes), model) : List.of();
      CallKind kind = request.target().kind();
      boolean conversation = SignableRequest.isKind(kind);
      if (!conversation || cuts.isEmpty() && !wanted) {
        return new Found(cuts, null, null);
      }
      RequestFacts facts = Dialect.of(request.target().dialect()).request(kind, bytes);
      CallTrace last = cuts.isEmpty() ? null : book.last(project, answers(facts)).orElse(null);
      boolean signs = wanted && SignableRequest.isSignable(bytes, facts);
      return new Found(cuts, last, signs ? book.key(project) : null);
    } catch (RuntimeException e) { // observation never fails a call
      Faults.note("signature", e);
      return Found.NOTHING;
    }
  }

  /** The name of the model is routed by, so it stays as it is. */
  private static List<Rewrite> cuts(List<SignatureBook.Place> places, @Nullable Member model) {
    List<Rewrite> cuts = new ArrayList<>(places.size());
    for (SignatureBook.Place place : places) {
      boolean inModel = model != null && place.start() < model.end() && place.end() > model.start();
      if (!inModel) {
        cuts.add(
            new Rewrite(SignedStream.KIND, place.start(), place.end() - place.start(), NOTHING));
      }
    }
    return cuts;
  }

  private static List<String> answers(RequestFacts facts) {
    return facts.turns().stream()
        .filter(turn -> turn.role().equals("assistant"))
        .map(RequestFacts.Turn::text)
        .toList();
  }

  private void noteOtherTrace() {
    CallTrace named = context.trace();
    CallTrace signed = found.last();
    if (named != null && signed != null && !named.traceId().equals(signed.traceId())) {
      context.warnings().add("signature_of_another_trace");
    }
  }

  /** The trace that the request's last valid signature names. */
  @Nullable CallTrace trace() {
    return found.last();
  }

  List<Rewrite> cuts() {
    return found.cuts();
  }

  boolean mayBeAdded() {
    return found.key() != null;
  }

  /** The change to make to an answer with this head; null when none is to be made. */
  @Nullable AnswerEdit edit(CallTrace trace, boolean stream, long length, CallRecord record) {
    byte[] key = found.key();
    if (key == null || trace.rule() == CallTrace.Rule.HEADER || length > SignedBody.HELD_MAX) {
      return null;
    }
    String text = handler.parts().signatures().sign(request.caller().project(), key, trace);
    CallKind kind = request.target().kind();
    return stream
        ? new SignedStream(StreamTail.of(kind, text), record::rewrote)
        : new SignedBody(kind, text, record::rewrote);
  }
}
