package dev.whyops.event;

import dev.whyops.endpoint.Endpoint;
import dev.whyops.endpoint.Request;
import dev.whyops.http.Answer;
import dev.whyops.masking.JsonMasker;
import dev.whyops.masking.MaskBook;
import dev.whyops.masking.Masks;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongConsumer;

/**
 * Masks the content and metadata of runtime events before they are taken, where the project has
 * masks. Ids and names are left alone: they are what events are found by.
 */
public final class MaskedIngest implements Endpoint {
  private static final Set<String> MEMBERS = Set.of("content", "metadata");

  private final Endpoint ingest;
  private final MaskBook book;

  public MaskedIngest(Endpoint ingest, MaskBook book) {
    this.ingest = ingest;
    this.book = book;
  }

  @Override
  public Answer handle(Request request) {
    Masks masks = book.load(request.caller().scope());
    return ingest.handle(masks.isEmpty() ? request : masked(request, masks));
  }

  @Override
  public long heapFor(long bodyBytes) {
    return ingest.heapFor(bodyBytes);
  }

  private Request masked(Request request, Masks masks) {
    // The masked text stands beside the one that came.
    LongConsumer twice = size -> request.room().demand(2 * heapFor(size));
    String text = IngestBody.text(request, twice);
    twice.accept(text.length());
    EventParser.parse(text); // a body with a fault is refused as it came, not as it was masked
    Map<String, List<String>> headers = new HashMap<>(request.headers());
    headers.remove("content-encoding");
    return new Request(
        request.id(),
        request.method(),
        request.path(),
        request.query(),
        headers,
        JsonMasker.mask(text.getBytes(StandardCharsets.UTF_8), masks, MEMBERS),
        request.caller(),
        request.room());
  }
}
