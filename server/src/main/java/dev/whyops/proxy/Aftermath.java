package dev.whyops.proxy;

import dev.whyops.continuity.CallTrace;
import org.jspecify.annotations.Nullable;

/** What is done with the copy of an answer once the call is over; none of it delays anybody. */
final class Aftermath {
  private final ProxyHandler handler;
  private final CallRequest request;
  private final CallContext context;
  private final RequestBody body;
  private final CallPlan plan;
  private final Tap tap;

  Aftermath(
      ProxyHandler handler,
      CallRequest request,
      CallContext context,
      RequestBody body,
      CallPlan plan,
      Tap tap) {
    this.handler = handler;
    this.request = request;
    this.context = context;
    this.body = body;
    this.plan = plan;
    this.tap = tap;
  }

  /** The answer came to its end. To be told before the record takes the copy. */
  void answered(CallRecord.Answer head) {
    if (head.status() == 200) {
      meter(head, false);
      if (isRemembered()) {
        remember(head, tap.wholeCopy());
      }
    }
  }

  /** The answer broke off, or the client left: what came is counted all the same. */
  void cut(CallRecord.Answer head) {
    if (head.status() == 200) {
      meter(head, true);
    }
  }

  private void meter(CallRecord.Answer head, boolean partial) {
    byte[] copy = Metering.isMetered(request.caller()) ? tap.wholeCopy() : null;
    if (copy != null) {
      handler
          .metering()
          .answered(
              new Metering.Answered(
                  request.caller(),
                  plan.provider(),
                  request.target().kind(),
                  body.model(),
                  head,
                  copy,
                  partial,
                  request.receivedAt()));
    }
  }

  /**
   * Whether it is remembered here that later calls may find this one by what it said: at once when
   * the next call may need it, that is without trace headers. Of the others the drain remembers
   * what it reads anyway, and what nobody recorded nobody continues.
   */
  private boolean isRemembered() {
    boolean byHeader = plan.trace().rule() == CallTrace.Rule.HEADER;
    return switch (request.target().kind()) {
      case RESPONSES -> body.isHeldWhole();
      case CHAT_COMPLETIONS, MESSAGES ->
          body.isHeldWhole() && (!byHeader || plan.remembersByItself());
      case COMPLETIONS, EMBEDDINGS, COUNT_TOKENS, MODELS, RESPONSE_RESOURCE, PASSTHROUGH -> false;
    };
  }

  private void remember(CallRecord.Answer head, byte @Nullable [] answer) {
    if (answer == null) {
      return;
    }
    handler
        .continuation()
        .answered(
            context.speaker(request.caller()),
            plan.trace(),
            plan.provider(),
            request.target().kind(),
            body.forReading(),
            body.isSentDecoded() ? null : request.headers().get("content-encoding"),
            head,
            answer);
  }
}
