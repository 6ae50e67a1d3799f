package dev.whyops.record;

/**
 * Both halves of a finished call.
 *
 * @param answer captured bytes of the answer, all pieces joined, as they came
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
public record Exchange(CallStart start, CallEnd end, byte[] answer) {}
