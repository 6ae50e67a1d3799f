package dev.whyops.store.sql;

import static dev.whyops.store.sql.Tables.AUDIT;

import dev.whyops.audit.AuditChain;
import dev.whyops.audit.AuditEntry;
import dev.whyops.audit.AuditLog;
import dev.whyops.audit.AuditNote;
import dev.whyops.json.Json;
import dev.whyops.project.ProjectId;
import dev.whyops.project.ProjectScope;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jooq.Record2;
import tools.jackson.core.type.TypeReference;

/** The audit log in SQL; the other stores append to it inside their own transactions. */
public final class SqlAuditLog implements AuditLog {
  private static final TypeReference<Map<String, String>> DETAILS = new TypeReference<>() {};
  private static final int WALK_PAGE = 1_000;

  private final Database database;
  private final Clock clock;

  public SqlAuditLog(Database database, Clock clock) {
    this.database = database;
    this.clock = clock;
  }

  @Override
  public void append(ProjectScope scope, AuditNote note) {
    database.write(
        tx -> {
          append(tx, scope.project(), note);
          return true;
        });
  }

  /** Appends inside a transaction that changes something. */
  void append(DSLContext tx, ProjectId project, AuditNote note) {
    database.lockAudit(tx, project);
    Record2<Long, String> last =
        tx.select(AUDIT.sequence, AUDIT.hash)
            .from(AUDIT)
            .where(AUDIT.projectId.eq(project.value()))
            .orderBy(AUDIT.sequence.desc())
            .limit(1)
            .fetchOne();
    long sequence = last == null ? 1 : last.value1() + 1;
    Instant at = Instant.ofEpochMilli(clock.millis());
    String hash =
        AuditChain.hash(last == null ? AuditChain.START : last.value2(), sequence, at, note);
    tx.insertInto(AUDIT)
        .set(AUDIT.projectId, project.value())
        .set(AUDIT.sequence, sequence)
        .set(AUDIT.at, at)
        .set(AUDIT.actor, note.actor())
        .set(AUDIT.actorLabel, note.actorLabel())
        .set(AUDIT.action, note.action())
        .set(AUDIT.target, note.target())
        .set(AUDIT.details, Json.mapper().writeValueAsString(new TreeMap<>(note.details())))
        .set(AUDIT.hash, hash)
        .execute();
  }

  @Override
  public List<AuditEntry> entries(ProjectScope scope, long beforeSequence, int limit) {
    return database.read(
        sql ->
            sql.selectFrom(AUDIT)
                .where(AUDIT.projectId.eq(scope.project().value()))
                .and(AUDIT.sequence.lt(beforeSequence))
                .orderBy(AUDIT.sequence.desc())
                .limit(limit)
                .fetch(SqlAuditLog::entry));
  }

  @Override
  public OptionalLong firstBroken(ProjectScope scope) {
    String previous = AuditChain.START;
    long expected = 1;
    while (true) {
      List<AuditEntry> page = oldestFrom(scope, expected);
      for (AuditEntry entry : page) {
        AuditNote note =
            new AuditNote(
                entry.actor(), entry.actorLabel(), entry.action(), entry.target(), entry.details());
        String hash = AuditChain.hash(previous, expected, entry.at(), note);
        if (entry.sequence() != expected || !hash.equals(entry.hash())) {
          return OptionalLong.of(expected);
        }
        previous = entry.hash();
        expected++;
      }
      if (page.size() < WALK_PAGE) {
        return OptionalLong.empty();
      }
    }
  }

  private List<AuditEntry> oldestFrom(ProjectScope scope, long sequence) {
    return database.read(
        sql ->
            sql.selectFrom(AUDIT)
                .where(AUDIT.projectId.eq(scope.project().value()))
                .and(AUDIT.sequence.ge(sequence))
                .orderBy(AUDIT.sequence)
                .limit(WALK_PAGE)
                .fetch(SqlAuditLog::entry));
  }

  private static AuditEntry entry(Record row) {
    return new AuditEntry(
        row.get(AUDIT.sequence),
        row.get(AUDIT.at),
        row.get(AUDIT.actor),
        row.get(AUDIT.actorLabel),
        row.get(AUDIT.action),
        row.get(AUDIT.target),
        Json.mapper().readValue(row.get(AUDIT.details), DETAILS),
        row.get(AUDIT.hash));
  }
}
