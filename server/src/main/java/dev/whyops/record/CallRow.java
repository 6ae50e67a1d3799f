package dev.whyops.record;

import org.jspecify.annotations.Nullable;

/**
 * One proxied request as it was relayed, decoded or not.
 *
 * @param seq journal sequence of its end
 * @param endReason {@code answered}, {@code client_gone}, {@code truncated}, {@code failed} or
 *     {@code server_lost}
 * @param requestText the request body as text; null when capture is off or it is no UTF-8
 * @param requestHash SHA-256 of the client's bytes in hex
 * @param notes what the copy could not show: {@code unparsed}, {@code invalid_utf8}, …
 */
public record CallRow(
    long seq,
    CallStart start,
    @Nullable CallEnd end,
    String endReason,
    @Nullable String requestText,
    @Nullable String requestHash,
    @Nullable String answerHash,
    String notes) {}
