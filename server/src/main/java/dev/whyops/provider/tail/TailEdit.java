package dev.whyops.provider.tail;

/** Bytes that take the place of others. */
public record TailEdit(int offset, int removed, byte[] inserted) {}
