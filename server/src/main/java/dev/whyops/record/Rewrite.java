package dev.whyops.record;

/**
 * One change that the gateway made to a body, so that sent and received can be turned into each
 * other.
 *
 * @param kind {@code slug}, {@code signature}, {@code include_usage}, {@code usage_chunk}
 * @param offset byte offset in the original
 * @param removedLength bytes taken out there
 * @param inserted bytes put in their place
 */
public record Rewrite(String kind, long offset, long removedLength, byte[] inserted) {}
