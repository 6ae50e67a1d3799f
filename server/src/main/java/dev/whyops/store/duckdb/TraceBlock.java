package dev.whyops.store.duckdb;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import dev.whyops.event.EventType;
import dev.whyops.message.Envelope;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Events of one trace and the parts that it shares with no other trace, compressed together: to
 * open a trace takes one read and what belongs together repeats itself most.
 *
 * <p>Unpacked, little-endian: ends of the next two (4 bytes each); texts that a search looks at,
 * each behind a zero byte, which no JSON text holds: contents of events, then parts of them; other
 * texts: metadata, then other parts; counts; parts (number, kind, length); names; events.
 */
final class TraceBlock {
  /** A block takes no more events once its texts are this long. */
  static final int FULL = 256 << 10;

  private static final int HEADER = 8;
  private static final int LEVEL = 3;
  private static final int RAW_MAX = 1 << 30;

  private final byte[] raw;
  private final int saidEnd;
  private final int textsEnd;

  private TraceBlock(byte[] raw) {
    ByteBuffer header = ByteBuffer.wrap(raw).order(ByteOrder.LITTLE_ENDIAN);
    this.raw = raw;
    this.saidEnd = header.getInt(0);
    this.textsEnd = header.getInt(4);
  }

  /**
   * @throws UnreadableBlock when these bytes are no block
   */
  static TraceBlock unpack(byte[] packed) {
    try {
      long size = Zstd.getFrameContentSize(packed);
      if (size < HEADER || size > RAW_MAX) {
        throw new UnreadableBlock("a block of " + size + " bytes");
      }
      return new TraceBlock(Zstd.decompress(packed, (int) size));
    } catch (ZstdException e) {
      throw new UnreadableBlock(String.valueOf(e.getMessage()));
    }
  }

  /** A block whose bytes are not what was written. */
  static final class UnreadableBlock extends RuntimeException {
    private static final long serialVersionUID = 1;

    UnreadableBlock(String message) {
      super("Corrupt block of a trace: " + message);
    }
  }

  /** Whether one of the texts that events say has it. */
  boolean says(Needle needle) {
    return needle.isIn(raw, HEADER, saidEnd);
  }

  /** Which texts come with an event. */
  enum Texts {
    ALL,
    /** What joins an answer to the events it caused; not what came in. */
    ANSWERS
  }

  /** The events that are wanted, by sequence, in order of the journal. */
  List<EventRows.Row> rows(LongPredicate wanted, Texts texts) {
    BlockInput in = new BlockInput(raw, textsEnd);
    int count = in.small();
    in.small();
    in.small();
    skipParts(in);
    @Nullable String[] names = RowCodec.Names.read(in);
    List<EventRows.Row> rows = new ArrayList<>(count);
    int said = HEADER;
    int other = saidEnd;
    for (int i = 0; i < count; i++) {
      int contentLength = in.small();
      int metadataLength = in.small();
      EventRows.Row row = RowCodec.read(in, names);
      if (wanted.test(row.landed().seq())) {
        rows.add(withTexts(row, texts, said + 1, contentLength, other, metadataLength));
      }
      said += contentLength + 1;
      other += metadataLength;
    }
    return rows;
  }

  int rowCount() {
    return new BlockInput(raw, textsEnd).small();
  }

  private EventRows.Row withTexts(
      EventRows.Row row, Texts texts, int content, int length, int metadata, int metadataLength) {
    if (texts == Texts.ALL) {
      return new EventRows.Row(
          row.landed(),
          new Envelope(text(content, length), row.content().refs()),
          new Envelope(text(metadata, metadataLength), row.metadata().refs()));
    }
    boolean answers = row.landed().event().type() == EventType.LLM_RESPONSE;
    return new EventRows.Row(
        row.landed(),
        new Envelope(answers ? text(content, length) : "null", new int[0]),
        new Envelope("{}", new int[0]));
  }

  private String text(int at, int length) {
    return new String(raw, at, length, StandardCharsets.UTF_8);
  }

  /** Adds the parts that are wanted, by number. */
  void parts(IntPredicate wanted, Map<Integer, String> into) {
    forEachPart(
        (number, said, at, length) -> {
          if (wanted.test(number)) {
            into.put(number, text(at, length));
          }
        });
  }

  /** Takes every part with its place. */
  @FunctionalInterface
  private interface PartVisitor {
    void visit(int number, boolean said, int at, int length);
  }

  /** Takes every part. */
  @FunctionalInterface
  interface PartTaker {
    void take(int number, boolean said, String text);
  }

  void forEachPart(PartTaker taker) {
    forEachPart((number, said, at, length) -> taker.take(number, said, text(at, length)));
  }

  private static void skipParts(BlockInput in) {
    for (int numbers = 3 * in.small(); numbers > 0; numbers--) {
      in.number();
    }
  }

  private void forEachPart(PartVisitor visitor) {
    BlockInput in = new BlockInput(raw, textsEnd);
    in.small();
    int said = HEADER + in.small();
    int other = saidEnd + in.small();
    int number = 0;
    for (int parts = in.small(); parts > 0; parts--) {
      number += Math.toIntExact(in.signed());
      boolean isSaid = in.number() == 1;
      int length = in.small();
      visitor.visit(number, isSaid, isSaid ? said + 1 : other, length);
      said += isSaid ? length + 1 : 0;
      other += isSaid ? 0 : length;
    }
  }

  /** Gathers what goes into a block. One thread; used again after {@link #pack}. */
  static final class Builder {
    private final RowCodec.Names names = new RowCodec.Names();
    private final BlockOutput contents = new BlockOutput();
    private final BlockOutput saidParts = new BlockOutput();
    private final BlockOutput metadata = new BlockOutput();
    private final BlockOutput otherParts = new BlockOutput();
    private final BlockOutput rows = new BlockOutput();
    private final BlockOutput parts = new BlockOutput();
    private int rowCount;
    private int partCount;
    private int lastPart;

    void add(EventRows.Row row) {
      contents.number(0);
      rows.number(contents.text(row.content().rest()));
      rows.number(metadata.text(row.metadata().rest()));
      RowCodec.write(rows, names, row);
      rowCount++;
    }

    /**
     * @param said whether the content of an event refers to it
     */
    void addPart(int number, boolean said, String text) {
      if (said) {
        saidParts.number(0);
      }
      int length = (said ? saidParts : otherParts).text(text);
      parts.signed(number - lastPart);
      parts.number(said ? 1 : 0);
      parts.number(length);
      lastPart = number;
      partCount++;
    }

    boolean isEmpty() {
      return rowCount == 0 && partCount == 0;
    }

    boolean isFull() {
      return contents.size() + saidParts.size() + metadata.size() + otherParts.size() >= FULL;
    }

    byte[] pack() {
      int saidEnd = HEADER + contents.size() + saidParts.size();
      int textsEnd = saidEnd + metadata.size() + otherParts.size();
      BlockOutput raw = new BlockOutput();
      raw.fixed((long) textsEnd << 32 | saidEnd);
      raw.add(contents);
      raw.add(saidParts);
      raw.add(metadata);
      raw.add(otherParts);
      raw.number(rowCount);
      raw.number(contents.size());
      raw.number(metadata.size());
      raw.number(partCount);
      raw.add(parts);
      names.write(raw);
      raw.add(rows);
      clear();
      return Zstd.compress(raw.toBytes(), LEVEL);
    }

    private void clear() {
      names.clear();
      for (BlockOutput out : List.of(contents, saidParts, metadata, otherParts, rows, parts)) {
        out.clear();
      }
      rowCount = 0;
      partCount = 0;
      lastPart = 0;
    }
  }
}
