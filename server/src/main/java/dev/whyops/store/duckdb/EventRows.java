package dev.whyops.store.duckdb;

import dev.whyops.event.Event;
import dev.whyops.event.EventType;
import dev.whyops.message.Envelope;
import dev.whyops.message.MessageStore;
import dev.whyops.pricing.Cost;
import dev.whyops.project.Environment;
import dev.whyops.project.ProjectId;
import dev.whyops.provider.Media;
import dev.whyops.provider.Usage;
import dev.whyops.provider.UsageReader;
import dev.whyops.record.Landed;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.duckdb.DuckDBAppender;
import org.jspecify.annotations.Nullable;

/** Writes and reads rows of the table {@code events}. */
final class EventRows {
  static final String COLUMNS =
      """
      seq, ord, received, event_id, project, env, source, trace_id, thread_id, span_id, \
      parent_span, step, parent_step, type, agent, agent_id, version_id, provider, model, \
      requested_model, tool, tool_call_id, response_id, external_user, ts, clock_suspect, \
      latency_us, ttft_us, overhead_us, t_input, t_cache_read, t_cache_5m, t_cache_1h, t_output, \
      t_reasoning, usage_rule, usage_odd, cost_nano, cost_kind, cost_row, cost_book, \
      cost_reported, finish, status, continuity, content, content_refs, metadata, metadata_refs, \
      m_input_audio, m_input_image, m_cache_audio, m_cache_image, m_output_audio, m_output_image\
      """;

  private static final Map<String, Integer> POSITIONS = positions();

  private EventRows() {}

  private static Map<String, Integer> positions() {
    Map<String, Integer> positions = new HashMap<>();
    for (String column : COLUMNS.split(", ")) {
      positions.put(column, positions.size() + 1);
    }
    return positions;
  }

  /** The driver would search its names for each value. */
  private static int at(String column) {
    return Objects.requireNonNull(POSITIONS.get(column));
  }

  /** An event whose texts still lack their parts. */
  record Row(Landed landed, Envelope content, Envelope metadata) {
    Landed joined(Map<Integer, String> parts) {
      return new Landed(
          landed.seq(),
          landed.ordinal(),
          landed.receivedAt(),
          landed.event().withTexts(content.join(parts), metadata.join(parts)));
    }
  }

  static void write(DuckDBAppender row, Landed landed, long traceHash, MessageStore parts)
      throws SQLException {
    Event event = landed.event();
    Envelope content = Envelope.of(event.project(), event.contentJson(), parts);
    Envelope metadata = Envelope.of(event.project(), event.metadataJson(), parts);
    row.beginRow();
    row.append(landed.seq()).append(landed.ordinal()).append(micros(landed.receivedAt()));
    row.appendUUID(event.id().getMostSignificantBits(), event.id().getLeastSignificantBits());
    row.append(event.project().value()).append(event.environment().name());
    row.append(event.source().name()).append(traceHash);
    Event.Place place = event.place();
    row.append(place.traceId()).append(place.threadId()).append(place.spanId());
    row.append(place.parentSpanId()).append(place.stepId()).append(place.parentStepId());
    row.append(event.type().wireName());
    row.append(event.agent().name()).append(event.agent().agentId());
    row.append(event.agent().versionId());
    Event.Facts facts = event.facts();
    row.append(facts.provider()).append(facts.model()).append(facts.requestedModel());
    row.append(facts.tool()).append(facts.toolCallId()).append(facts.responseId());
    row.append(place.externalUserId()).append(micros(event.timestamp()));
    row.append(event.clockSuspect());
    row.append(facts.latencyUs()).append(facts.ttftUs()).append(facts.overheadUs());
    write(row, facts.usage());
    Cost cost = facts.cost();
    row.append(cost.nanoUsd()).append(cost.kind().name()).append(cost.rowId());
    row.append(cost.bookVersion()).append(cost.reportedNanoUsd());
    row.append(facts.finishReason()).append(facts.status()).append(facts.continuity());
    write(row.append(content.rest()), content.refs());
    write(row.append(metadata.rest()), metadata.refs());
    write(row, facts.usage() == null ? Media.NONE : facts.usage().media());
    row.endRow();
  }

  /** A list costs the driver many steps, even an empty one; none is written as nothing. */
  static void write(DuckDBAppender row, int[] refs) throws SQLException {
    if (refs.length == 0) {
      row.appendNull();
    } else {
      row.append(refs);
    }
  }

  private static void write(DuckDBAppender row, @Nullable Usage usage) throws SQLException {
    if (usage == null) {
      for (int i = 0; i < 8; i++) {
        row.appendNull();
      }
      return;
    }
    row.append(usage.allInput()).append(usage.allCacheRead()).append(usage.cacheWrite5m());
    row.append(usage.cacheWrite1h()).append(usage.allOutput()).append(usage.reasoning());
    row.append(usage.rule()).append(usage.inconsistent());
  }

  private static void write(DuckDBAppender row, Media media) throws SQLException {
    row.append(media.inputAudio()).append(media.inputImage());
    row.append(media.cacheReadAudio()).append(media.cacheReadImage());
    row.append(media.outputAudio()).append(media.outputImage());
  }

  /** Reads the row a result set stands on, whose first columns are {@link #COLUMNS}. */
  static Row read(ResultSet row) throws SQLException {
    Event.Agent agent =
        new Event.Agent(
            text(row, "agent"), row.getString(at("agent_id")), row.getString(at("version_id")));
    Event.Place place =
        new Event.Place(
            text(row, "trace_id"),
            text(row, "thread_id"),
            text(row, "span_id"),
            row.getString(at("parent_span")),
            integer(row, "step"),
            integer(row, "parent_step"),
            row.getString(at("external_user")));
    Event event =
        new Event(
            Objects.requireNonNull(row.getObject(at("event_id"), UUID.class)),
            EventType.ofWireName(text(row, "type")).orElse(EventType.SYSTEM_MESSAGE),
            new ProjectId(text(row, "project")),
            Environment.valueOf(text(row, "env")),
            Event.Source.valueOf(text(row, "source")),
            agent,
            place,
            TraceDelta.instant(row.getLong(at("ts"))),
            row.getBoolean(at("clock_suspect")),
            facts(row),
            "",
            "");
    return new Row(
        new Landed(
            row.getLong(at("seq")),
            row.getInt(at("ord")),
            TraceDelta.instant(row.getLong(at("received"))),
            event),
        new Envelope(text(row, "content"), refs(row.getArray(at("content_refs")))),
        new Envelope(text(row, "metadata"), refs(row.getArray(at("metadata_refs")))));
  }

  private static Event.Facts facts(ResultSet row) throws SQLException {
    Usage usage = usage(row);
    Cost cost =
        new Cost(
            number(row, "cost_nano"),
            Cost.Kind.valueOf(text(row, "cost_kind")),
            row.getString(at("cost_row")),
            row.getInt(at("cost_book")),
            number(row, "cost_reported"));
    return new Event.Facts(
        row.getString(at("provider")),
        row.getString(at("model")),
        row.getString(at("requested_model")),
        row.getString(at("tool")),
        row.getString(at("tool_call_id")),
        row.getString(at("response_id")),
        row.getString(at("finish")),
        text(row, "status"),
        row.getString(at("continuity")),
        usage,
        cost,
        number(row, "latency_us"),
        number(row, "ttft_us"),
        number(row, "overhead_us"));
  }

  /** The columns of classes hold all media; those of media say which part is sound or pictures. */
  private static @Nullable Usage usage(ResultSet row) throws SQLException {
    String rule = row.getString(at("usage_rule"));
    if (rule == null) {
      return null;
    }
    Media stored =
        new Media(
            number(row, "m_input_audio"),
            number(row, "m_input_image"),
            number(row, "m_cache_audio"),
            number(row, "m_cache_image"),
            number(row, "m_output_audio"),
            number(row, "m_output_image"));
    Media media = stored.equals(Media.NONE) ? Media.NONE : stored;
    return new Usage(
        UsageReader.rest(number(row, "t_input"), media.inputAudio(), media.inputImage()),
        UsageReader.rest(
            number(row, "t_cache_read"), media.cacheReadAudio(), media.cacheReadImage()),
        number(row, "t_cache_5m"),
        number(row, "t_cache_1h"),
        UsageReader.rest(number(row, "t_output"), media.outputAudio(), media.outputImage()),
        number(row, "t_reasoning"),
        rule,
        row.getBoolean(at("usage_odd")),
        media);
  }

  private static String text(ResultSet row, String column) throws SQLException {
    return Objects.requireNonNull(row.getString(at(column)), column);
  }

  private static @Nullable Long number(ResultSet row, String column) throws SQLException {
    long value = row.getLong(at(column));
    return row.wasNull() ? null : value;
  }

  private static @Nullable Integer integer(ResultSet row, String column) throws SQLException {
    int value = row.getInt(at(column));
    return row.wasNull() ? null : value;
  }

  static int[] refs(@Nullable Array array) throws SQLException {
    if (array == null) {
      return new int[0];
    }
    Object[] values = (Object[]) array.getArray();
    int[] refs = new int[values.length];
    for (int i = 0; i < refs.length; i++) {
      refs[i] = (Integer) values[i];
    }
    return refs;
  }

  static long micros(Instant at) {
    return at.getEpochSecond() * 1_000_000L + at.getNano() / 1_000;
  }
}
