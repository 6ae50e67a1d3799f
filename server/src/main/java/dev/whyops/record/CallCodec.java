package dev.whyops.record;

import dev.whyops.journal.BodyReader;
import dev.whyops.journal.BodyWriter;
import dev.whyops.journal.JournalException;
import dev.whyops.project.Capture;
import dev.whyops.project.Environment;
import dev.whyops.project.ProjectId;
import dev.whyops.provider.CallKind;
import dev.whyops.provider.ProviderType;
import java.util.ArrayList;
import java.util.List;

/** Halves of a call in journal frames. A frame names its call, so frames of many calls may mix. */
final class CallCodec {
  private static final int VERSION = 1;
  private static final Environment[] ENVIRONMENTS = Environment.values();
  private static final Capture[] CAPTURES = Capture.values();
  private static final ProviderType[] DIALECTS = ProviderType.values();
  private static final CallKind[] KINDS = CallKind.values();

  private CallCodec() {}

  /** A piece of an answer. */
  @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
  record Chunk(String callId, byte[] bytes) {}

  /** The end of a call. */
  record End(String callId, CallEnd end) {}

  static byte[] encode(CallStart s) {
    BodyWriter out = new BodyWriter(512 + s.body().length);
    out.put(VERSION).put(s.callId()).put(s.project().value()).put(s.environment()).put(s.keyId());
    out.put(s.agentName()).put(s.traceId()).put(s.threadId()).put(s.continuity());
    out.put(s.externalUserId()).put(s.parentSpanId()).put(s.traceparent()).put(s.capture());
    out.put(s.providerId()).put(s.providerSlug()).put(s.dialect()).put(s.kind());
    out.put(s.method()).put(s.path()).put(s.contentType()).put(s.contentEncoding());
    out.put(s.body()).put(s.bodyLength());
    write(out, s.rewrites());
    out.put(s.receivedAt().getEpochSecond()).put(s.receivedAt().getNano());
    return out.bytes();
  }

  static CallStart start(byte[] body) {
    BodyReader in = open(body);
    return new CallStart(
        in.text(),
        new ProjectId(in.text()),
        in.choice(ENVIRONMENTS),
        in.text(),
        in.text(),
        in.text(),
        in.text(),
        in.text(),
        in.textOrNull(),
        in.textOrNull(),
        in.textOrNull(),
        in.choice(CAPTURES),
        in.text(),
        in.text(),
        in.choice(DIALECTS),
        in.choice(KINDS),
        in.text(),
        in.text(),
        in.textOrNull(),
        in.textOrNull(),
        in.bytes(),
        in.number(),
        rewrites(in),
        in.instant());
  }

  static byte[] chunk(String callId, byte[] bytes) {
    return new BodyWriter(64 + bytes.length).put(VERSION).put(callId).put(bytes).bytes();
  }

  static Chunk chunk(byte[] body) {
    BodyReader in = open(body);
    return new Chunk(in.text(), in.bytes());
  }

  static byte[] encode(String callId, CallEnd e) {
    BodyWriter out = new BodyWriter(512 + e.body().length);
    out.put(VERSION).put(callId);
    write(out, e.outcome());
    out.put(e.status()).put(e.contentType()).put(e.contentEncoding()).put(e.providerRequestId());
    out.put(e.body()).put(e.bodyLength()).put(e.truncatedCapture());
    write(out, e.rewrites());
    Stamps s = e.stamps();
    out.put(s.routable()).put(s.sent()).put(s.bodySent()).put(s.upFirst());
    out.put(s.upContent()).put(s.downFirst()).put(s.upLast()).put(s.downLast());
    out.put(e.timeline().length);
    for (long value : e.timeline()) {
      out.put(value);
    }
    out.put(e.warnings().size());
    e.warnings().forEach(out::put);
    return out.bytes();
  }

  static End end(byte[] body) {
    BodyReader in = open(body);
    String callId = in.text();
    return new End(
        callId,
        new CallEnd(
            outcome(in),
            in.count(),
            in.textOrNull(),
            in.textOrNull(),
            in.textOrNull(),
            in.bytes(),
            in.number(),
            in.flag(),
            rewrites(in),
            new Stamps(
                in.number(),
                in.number(),
                in.number(),
                in.number(),
                in.number(),
                in.number(),
                in.number(),
                in.number()),
            timeline(in),
            warnings(in)));
  }

  private static BodyReader open(byte[] body) {
    BodyReader in = new BodyReader(body);
    long version = in.number();
    if (version != VERSION) {
      throw new JournalException("bad_frame", "call frame of version " + version);
    }
    return in;
  }

  private static void write(BodyWriter out, Outcome outcome) {
    switch (outcome) {
      case Outcome.Answered _ -> out.put(0);
      case Outcome.ClientGone _ -> out.put(1);
      case Outcome.Truncated truncated -> out.put(2).put(truncated.code());
      case Outcome.Failed failed ->
          out.put(3).put(failed.status()).put(failed.code()).put(failed.message());
      case Outcome.ServerLost _ -> out.put(4);
    }
  }

  private static Outcome outcome(BodyReader in) {
    return switch (in.count()) {
      case 0 -> new Outcome.Answered();
      case 1 -> new Outcome.ClientGone();
      case 2 -> new Outcome.Truncated(in.text());
      case 3 -> new Outcome.Failed(in.count(), in.text(), in.text());
      case 4 -> new Outcome.ServerLost();
      default -> throw new JournalException("bad_frame", "unknown outcome");
    };
  }

  private static void write(BodyWriter out, List<Rewrite> rewrites) {
    out.put(rewrites.size());
    for (Rewrite r : rewrites) {
      out.put(r.kind()).put(r.offset()).put(r.removedLength()).put(r.inserted());
    }
  }

  private static List<Rewrite> rewrites(BodyReader in) {
    int count = in.size();
    List<Rewrite> rewrites = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      rewrites.add(new Rewrite(in.text(), in.number(), in.number(), in.bytes()));
    }
    return rewrites;
  }

  private static long[] timeline(BodyReader in) {
    long[] timeline = new long[in.size()];
    for (int i = 0; i < timeline.length; i++) {
      timeline[i] = in.number();
    }
    return timeline;
  }

  private static List<String> warnings(BodyReader in) {
    int count = in.size();
    List<String> warnings = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      warnings.add(in.text());
    }
    return warnings;
  }
}
