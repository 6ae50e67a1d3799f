package dev.whyops.proxy;

import dev.whyops.provider.ContentCoding;
import dev.whyops.provider.Notes;
import dev.whyops.record.CallEnd;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Looks for a provider's credential in an answer that came with a content coding. Undoing the
 * coding takes too long for an event loop and up to four megabytes, so this runs elsewhere, one at
 * a time. Under a coding that is not known only what stands there in clear is found.
 */
final class CodedAnswer {
  private static final Semaphore ONE_AT_A_TIME = new Semaphore(1, true);

  private CodedAnswer() {}

  static boolean isCoded(CallEnd end) {
    String coding = end.contentEncoding();
    return coding != null && !coding.equalsIgnoreCase("identity") && end.body().length > 0;
  }

  /** The same, or, when the credential is in it, without its coding and masked. */
  static CallEnd masked(CallEnd end, EchoedKey key) {
    ONE_AT_A_TIME.acquireUninterruptibly();
    try {
      ContentCoding.Decoded decoded =
          ContentCoding.decode(end.contentEncoding(), end.body(), ContentCoding.ANSWER_MAX_BYTES);
      byte[] plain = decoded.bytes();
      if (!key.mask(plain, 0, plain.length)) {
        return end;
      }
      return Notes.NOT_DECODED.equals(decoded.note())
          ? echoed(end, end.contentEncoding(), plain, false)
          : echoed(end, null, plain, decoded.note() != null);
    } finally {
      ONE_AT_A_TIME.release();
    }
  }

  private static CallEnd echoed(CallEnd end, @Nullable String coding, byte[] masked, boolean cut) {
    List<String> warnings = new ArrayList<>(end.warnings());
    if (!warnings.contains(CallRecord.ECHOED)) {
      warnings.add(CallRecord.ECHOED);
    }
    return new CallEnd(
        end.outcome(),
        end.status(),
        end.contentType(),
        coding,
        end.providerRequestId(),
        masked,
        end.bodyLength(),
        end.truncatedCapture() || cut,
        end.rewrites(),
        end.stamps(),
        end.timeline(),
        warnings);
  }
}
