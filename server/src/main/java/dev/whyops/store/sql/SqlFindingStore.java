package dev.whyops.store.sql;

import static dev.whyops.store.sql.Tables.FINDINGS;
import static dev.whyops.store.sql.Tables.FINDING_THRESHOLDS;
import static dev.whyops.store.sql.Tables.SUPPRESSIONS;
import static org.jooq.impl.DSL.count;

import dev.whyops.audit.AuditNote;
import dev.whyops.evidence.FindingStore;
import dev.whyops.finding.Finding;
import dev.whyops.finding.Severity;
import dev.whyops.finding.Suppression;
import dev.whyops.finding.Threshold;
import dev.whyops.finding.Thresholds;
import dev.whyops.json.Json;
import dev.whyops.project.ProjectScope;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** Findings and suppressions in SQL. */
public final class SqlFindingStore implements FindingStore {
  private final Database database;
  private final SqlAuditLog audit;

  public SqlFindingStore(Database database, SqlAuditLog audit) {
    this.database = database;
    this.audit = audit;
  }

  @Override
  public void replace(ProjectScope scope, String traceId, List<Finding> findings, Instant foundAt) {
    Condition here = inScope(scope).and(FINDINGS.foundIn.eq(traceId));
    boolean nothing =
        findings.isEmpty() && database.read(sql -> sql.fetchCount(FINDINGS, here)) == 0;
    if (nothing) {
      return; // the common case costs no transaction
    }
    database.write(
        tx -> {
          List<String> ids = findings.stream().map(Finding::id).toList();
          Set<String> dismissed =
              new HashSet<>(
                  tx.select(FINDINGS.id)
                      .from(FINDINGS)
                      .where(inScope(scope))
                      .and(FINDINGS.id.in(ids))
                      .and(FINDINGS.status.eq(Finding.Status.DISMISSED))
                      .fetch(FINDINGS.id));
          tx.deleteFrom(FINDINGS)
              .where(inScope(scope))
              .and(FINDINGS.id.notIn(dismissed))
              .and(FINDINGS.foundIn.eq(traceId).or(FINDINGS.id.in(ids)))
              .execute();
          for (Finding finding : findings) {
            if (!dismissed.contains(finding.id())) {
              tx.insertInto(FINDINGS)
                  .set(FINDINGS.projectId, scope.project().value())
                  .set(FINDINGS.id, finding.id())
                  .set(FINDINGS.foundIn, traceId)
                  .set(FINDINGS.traceId, finding.traceId())
                  .set(FINDINGS.agentId, finding.agentId())
                  .set(FINDINGS.code, finding.code())
                  .set(FINDINGS.severity, finding.severity())
                  .set(FINDINGS.status, finding.status())
                  .set(FINDINGS.body, Json.mapper().writeValueAsString(finding))
                  .set(FINDINGS.foundAt, foundAt)
                  .execute();
            }
          }
          return null;
        });
  }

  @Override
  public void replaceAll(ProjectScope scope, Map<String, List<Finding>> byTrace, Instant foundAt) {
    Set<String> told =
        database.read(
            sql ->
                sql.selectDistinct(FINDINGS.foundIn)
                    .from(FINDINGS)
                    .where(inScope(scope))
                    .and(FINDINGS.foundIn.in(byTrace.keySet()))
                    .fetchSet(FINDINGS.foundIn));
    byTrace.forEach(
        (traceId, findings) -> {
          if (!findings.isEmpty() || told.contains(traceId)) {
            replace(scope, traceId, findings, foundAt);
          }
        });
  }

  @Override
  public void forget(ProjectScope scope, String traceId) {
    Condition about = FINDINGS.foundIn.eq(traceId).or(FINDINGS.traceId.eq(traceId));
    database.write(tx -> tx.deleteFrom(FINDINGS).where(inScope(scope)).and(about).execute());
  }

  @Override
  public Map<String, Map<Severity, Integer>> countsByTrace(
      ProjectScope scope, Collection<String> traceIds) {
    return counts(scope, FINDINGS.traceId, FINDINGS.traceId.in(traceIds));
  }

  @Override
  public Map<String, Map<Severity, Integer>> countsByAgent(ProjectScope scope) {
    return counts(scope, FINDINGS.agentId, FINDINGS.agentId.isNotNull());
  }

  @Override
  public List<Fault> faults(ProjectScope scope, @Nullable Instant since) {
    Condition wanted =
        inScope(scope)
            .and(FINDINGS.traceId.isNotNull())
            .and(FINDINGS.status.eq(Finding.Status.OPEN))
            // a finding is found after its trace began
            .and(since == null ? DSL.noCondition() : FINDINGS.foundAt.ge(since));
    return database.read(
        sql ->
            sql.selectDistinct(FINDINGS.traceId, FINDINGS.code, FINDINGS.severity)
                .from(FINDINGS)
                .where(wanted)
                .fetch(row -> new Fault(row.value1(), row.value2(), row.value3().wireName())));
  }

  @Override
  public List<Kept> list(ProjectScope scope, Filter filter, @Nullable Position after, int limit) {
    List<Condition> wanted = new ArrayList<>(List.of(inScope(scope)));
    if (filter.agentId() != null) {
      wanted.add(FINDINGS.agentId.eq(filter.agentId()));
    }
    if (filter.severity() != null) {
      wanted.add(FINDINGS.severity.eq(filter.severity()));
    }
    if (filter.code() != null) {
      wanted.add(FINDINGS.code.eq(filter.code()));
    }
    if (filter.status() != null) {
      wanted.add(FINDINGS.status.eq(filter.status()));
    }
    if (filter.foundFrom() != null) {
      wanted.add(FINDINGS.foundAt.ge(filter.foundFrom()));
    }
    if (filter.foundTo() != null) {
      wanted.add(FINDINGS.foundAt.lt(filter.foundTo()));
    }
    if (after != null) {
      wanted.add(
          FINDINGS
              .foundAt
              .lt(after.foundAt())
              .or(FINDINGS.foundAt.eq(after.foundAt()).and(FINDINGS.id.lt(after.id()))));
    }
    return database.read(
        sql ->
            sql.selectFrom(FINDINGS)
                .where(wanted)
                .orderBy(FINDINGS.foundAt.desc(), FINDINGS.id.desc())
                .limit(limit)
                .fetch(SqlFindingStore::kept));
  }

  @Override
  public List<Kept> foundIn(ProjectScope scope, String traceId) {
    return database.read(
        sql ->
            sql.selectFrom(FINDINGS)
                .where(inScope(scope))
                .and(FINDINGS.foundIn.eq(traceId))
                .fetch(SqlFindingStore::kept));
  }

  @Override
  public Optional<Kept> find(ProjectScope scope, String findingId) {
    return database.read(
        sql ->
            sql.selectFrom(FINDINGS)
                .where(inScope(scope))
                .and(FINDINGS.id.eq(findingId))
                .fetchOptional(SqlFindingStore::kept));
  }

  @Override
  public boolean decide(
      ProjectScope scope,
      String findingId,
      Finding.Status status,
      @Nullable String reason,
      AuditNote note) {
    return database.write(
        tx -> {
          int changed =
              tx.update(FINDINGS)
                  .set(FINDINGS.status, status)
                  .set(FINDINGS.reason, reason)
                  .where(inScope(scope))
                  .and(FINDINGS.id.eq(findingId))
                  .execute();
          if (changed > 0) {
            audit.append(tx, scope.project(), note);
          }
          return changed > 0;
        });
  }

  @Override
  public List<Suppression> suppressions(ProjectScope scope) {
    return database.read(
        sql ->
            sql.selectFrom(SUPPRESSIONS)
                .where(SUPPRESSIONS.projectId.eq(scope.project().value()))
                .orderBy(SUPPRESSIONS.createdAt.desc(), SUPPRESSIONS.id.desc())
                .fetch(SqlFindingStore::suppression));
  }

  @Override
  public void insert(ProjectScope scope, Suppression suppression, AuditNote note) {
    database.write(
        tx -> {
          tx.insertInto(SUPPRESSIONS)
              .set(SUPPRESSIONS.id, suppression.id())
              .set(SUPPRESSIONS.projectId, scope.project().value())
              .set(SUPPRESSIONS.code, suppression.code())
              .set(SUPPRESSIONS.agent, suppression.agent())
              .set(SUPPRESSIONS.tool, suppression.tool())
              .set(SUPPRESSIONS.path, suppression.path())
              .set(SUPPRESSIONS.fingerprint, suppression.fingerprint())
              .set(SUPPRESSIONS.reason, suppression.reason())
              .set(SUPPRESSIONS.author, suppression.author())
              .set(SUPPRESSIONS.createdAt, suppression.createdAt())
              .set(SUPPRESSIONS.expiresAt, suppression.expiresAt())
              .execute();
          audit.append(tx, scope.project(), note);
          return null;
        });
  }

  @Override
  public boolean delete(ProjectScope scope, String suppressionId, AuditNote note) {
    return database.write(
        tx -> {
          int deleted =
              tx.deleteFrom(SUPPRESSIONS)
                  .where(SUPPRESSIONS.projectId.eq(scope.project().value()))
                  .and(SUPPRESSIONS.id.eq(suppressionId))
                  .execute();
          if (deleted > 0) {
            audit.append(tx, scope.project(), note);
          }
          return deleted > 0;
        });
  }

  /** What another version of the server knew and this one does not is left out. */
  @Override
  public Thresholds thresholds(ProjectScope scope) {
    Map<String, Double> stored =
        database.read(
            sql ->
                sql.selectFrom(FINDING_THRESHOLDS)
                    .where(FINDING_THRESHOLDS.projectId.eq(scope.project().value()))
                    .fetchMap(FINDING_THRESHOLDS.name, FINDING_THRESHOLDS.value));
    Map<String, Double> overrides = new HashMap<>();
    for (Threshold known : Thresholds.KNOWN) {
      Double value = stored.get(known.name());
      if (value != null && known.allows(value)) {
        overrides.put(known.name(), value);
      }
    }
    return new Thresholds(overrides);
  }

  @Override
  public void saveThresholds(ProjectScope scope, Thresholds thresholds, AuditNote note) {
    database.write(
        tx -> {
          tx.deleteFrom(FINDING_THRESHOLDS)
              .where(FINDING_THRESHOLDS.projectId.eq(scope.project().value()))
              .execute();
          thresholds
              .overrides()
              .forEach(
                  (name, value) ->
                      tx.insertInto(FINDING_THRESHOLDS)
                          .set(FINDING_THRESHOLDS.projectId, scope.project().value())
                          .set(FINDING_THRESHOLDS.name, name)
                          .set(FINDING_THRESHOLDS.value, value)
                          .execute());
          audit.append(tx, scope.project(), note);
          return null;
        });
  }

  private Map<String, Map<Severity, Integer>> counts(
      ProjectScope scope, Field<String> key, Condition which) {
    Map<String, Map<Severity, Integer>> counts = new HashMap<>();
    database
        .read(
            sql ->
                sql.select(key, FINDINGS.severity, count())
                    .from(FINDINGS)
                    .where(inScope(scope))
                    .and(which)
                    .and(FINDINGS.status.eq(Finding.Status.OPEN))
                    .groupBy(key, FINDINGS.severity)
                    .fetch())
        .forEach(
            row ->
                counts
                    .computeIfAbsent(row.value1(), _ -> new EnumMap<>(Severity.class))
                    .put(row.value2(), row.value3()));
    return counts;
  }

  private static Condition inScope(ProjectScope scope) {
    return FINDINGS.projectId.eq(scope.project().value());
  }

  /** The body keeps what was found; the columns keep what was decided. */
  private static Kept kept(Record row) {
    Finding finding = Json.mapper().readValue(row.get(FINDINGS.body), Finding.class);
    return new Kept(finding.with(row.get(FINDINGS.status)), row.get(FINDINGS.foundAt));
  }

  private static Suppression suppression(Record row) {
    return new Suppression(
        row.get(SUPPRESSIONS.id),
        row.get(SUPPRESSIONS.code),
        row.get(SUPPRESSIONS.agent),
        row.get(SUPPRESSIONS.tool),
        row.get(SUPPRESSIONS.path),
        row.get(SUPPRESSIONS.fingerprint),
        row.get(SUPPRESSIONS.reason),
        row.get(SUPPRESSIONS.author),
        row.get(SUPPRESSIONS.createdAt),
        row.get(SUPPRESSIONS.expiresAt));
  }
}
