package dev.whyops.record;

import dev.whyops.journal.BodyReader;
import dev.whyops.journal.BodyWriter;
import dev.whyops.journal.JournalException;

/**
 * A whole call in one file. Its end alone would say nothing once the journal has dropped the frames
 * with its start and the pieces of its answer.
 *
 * @param open body of a frame with its start
 * @param end body of a frame with its end and all of the answer
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
record BuriedCall(byte[] open, byte[] end) {
  private static final int VERSION = 1;

  static BuriedCall of(Exchange call) {
    return new BuriedCall(
        CallCodec.encode(call.start()),
        CallCodec.encode(call.start().callId(), call.end().withBody(call.answer())));
  }

  static BuriedCall read(byte[] file) {
    BodyReader in = new BodyReader(file);
    long version = in.number();
    if (version != VERSION) {
      throw new JournalException("bad_frame", "buried call of version " + version);
    }
    return new BuriedCall(in.bytes(), in.bytes());
  }

  byte[] bytes() {
    return new BodyWriter(64 + open.length + end.length).put(VERSION).put(open).put(end).bytes();
  }
}
