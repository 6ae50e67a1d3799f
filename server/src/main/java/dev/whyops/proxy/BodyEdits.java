package dev.whyops.proxy;

import dev.whyops.record.Rewrite;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The changes that are made to a request's body, each inside the bytes that are held. */
final class BodyEdits {
  static final BodyEdits NONE = new BodyEdits(List.of());

  private final List<Rewrite> edits;

  private BodyEdits(List<Rewrite> edits) {
    this.edits = edits;
  }

  BodyEdits with(Rewrite edit) {
    return with(List.of(edit));
  }

  BodyEdits with(List<Rewrite> further) {
    if (further.isEmpty()) {
      return this;
    }
    List<Rewrite> more = new ArrayList<>(edits);
    more.addAll(further);
    more.sort(Comparator.comparingLong(Rewrite::offset));
    return new BodyEdits(List.copyOf(more));
  }

  BodyEdits without(String kind) {
    return new BodyEdits(edits.stream().filter(e -> !e.kind().equals(kind)).toList());
  }

  boolean has(String kind) {
    for (Rewrite edit : edits) {
      if (edit.kind().equals(kind)) {
        return true;
      }
    }
    return false;
  }

  /** In the form of the record. */
  List<Rewrite> rewrites() {
    return edits;
  }

  /** By how many bytes the body grows; negative when it shrinks. */
  long growth() {
    long growth = 0;
    for (Rewrite edit : edits) {
      growth += edit.inserted().length - edit.removedLength();
    }
    return growth;
  }

  /** Writes the first {@code length} bytes of the body with the changes made. */
  void write(byte[] body, int length, ByteBuf out) {
    int at = 0;
    for (Rewrite edit : edits) {
      int offset = (int) edit.offset();
      out.writeBytes(body, at, offset - at);
      out.writeBytes(edit.inserted());
      at = offset + (int) edit.removedLength();
    }
    out.writeBytes(body, at, length - at);
  }
}
