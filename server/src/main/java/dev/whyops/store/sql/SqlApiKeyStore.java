package dev.whyops.store.sql;

import static dev.whyops.store.sql.Tables.API_KEYS;
import static dev.whyops.store.sql.Tables.KEY_CHANGES;
import static dev.whyops.store.sql.Tables.PROJECTS;

import dev.whyops.audit.AuditNote;
import dev.whyops.auth.ApiKey;
import dev.whyops.auth.ApiKeyStore;
import dev.whyops.auth.KeyLimits;
import dev.whyops.auth.Scope;
import dev.whyops.project.ProjectId;
import dev.whyops.project.ProjectScope;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** API keys in SQL. */
public final class SqlApiKeyStore implements ApiKeyStore {
  private final Database database;
  private final SqlAuditLog audit;

  public SqlApiKeyStore(Database database, SqlAuditLog audit) {
    this.database = database;
    this.audit = audit;
  }

  @Override
  public Optional<Found> byHash(String sha256) {
    return database.read(
        sql ->
            sql.select(API_KEYS.asterisk(), PROJECTS.name.as("project_name"))
                .from(API_KEYS)
                .join(PROJECTS)
                .on(PROJECTS.id.eq(API_KEYS.projectId))
                .where(API_KEYS.sha256.eq(sha256))
                .fetchOptional(row -> new Found(key(row), row.get("project_name", String.class))));
  }

  @Override
  public Optional<ApiKey> find(ProjectScope scope, String keyId) {
    return database.read(
        sql ->
            sql.selectFrom(API_KEYS)
                .where(inScope(scope))
                .and(API_KEYS.id.eq(keyId))
                .fetchOptional(SqlApiKeyStore::key));
  }

  @Override
  public List<ApiKey> list(
      ProjectScope scope, @Nullable String beforeId, @Nullable String createdBy, int limit) {
    Condition page = beforeId == null ? DSL.noCondition() : API_KEYS.id.lt(beforeId);
    Condition own = createdBy == null ? DSL.noCondition() : API_KEYS.createdBy.eq(createdBy);
    return database.read(
        sql ->
            sql.selectFrom(API_KEYS)
                .where(inScope(scope))
                .and(page)
                .and(own)
                .orderBy(API_KEYS.id.desc())
                .limit(limit)
                .fetch(SqlApiKeyStore::key));
  }

  @Override
  public int activeCount(ProjectScope scope) {
    return database.read(
        sql -> sql.fetchCount(API_KEYS, inScope(scope).and(API_KEYS.revokedAt.isNull())));
  }

  @Override
  public boolean anyBudget() {
    return database.read(
        sql ->
            sql.fetchExists(
                sql.selectOne().from(API_KEYS).where(API_KEYS.monthlyBudgetNanoUsd.isNotNull())));
  }

  @Override
  public void insert(ProjectScope scope, ApiKey key, String sha256, AuditNote note) {
    database.write(
        tx -> {
          tx.insertInto(API_KEYS)
              .set(API_KEYS.id, key.id())
              .set(API_KEYS.projectId, scope.project().value())
              .set(API_KEYS.environment, key.environment())
              .set(API_KEYS.name, key.name())
              .set(API_KEYS.sha256, sha256)
              .set(API_KEYS.prefix, key.prefix())
              .set(API_KEYS.last4, key.last4())
              .set(API_KEYS.scopes, text(key.scopes()))
              .set(API_KEYS.defaultAgent, key.defaultAgent())
              .set(API_KEYS.boundProviderId, key.boundProviderId())
              .set(API_KEYS.requestsPerMinute, key.limits().requestsPerMinute())
              .set(API_KEYS.tokensPerMinute, key.limits().tokensPerMinute())
              .set(API_KEYS.concurrentCalls, key.limits().concurrentCalls())
              .set(API_KEYS.monthlyBudgetNanoUsd, key.limits().monthlyBudgetNanoUsd())
              .set(API_KEYS.createdBy, key.createdBy())
              .set(API_KEYS.createdAt, key.createdAt())
              .set(API_KEYS.expiresAt, key.expiresAt())
              .execute();
          audit.append(tx, scope.project(), note);
          return true;
        });
  }

  @Override
  public Optional<String> revoke(ProjectScope scope, String keyId, Instant at, AuditNote note) {
    return revoke(scope, API_KEYS.id.eq(keyId), at, note).stream().findFirst();
  }

  @Override
  public List<String> revokeAllOf(ProjectScope scope, String userId, Instant at, AuditNote note) {
    Condition theirs = API_KEYS.createdBy.eq(userId);
    return database.write(
        tx -> {
          revoke(tx, audit, scope, theirs, at, note);
          // Also those that ended with the membership: a copy of them may still be in memory.
          return tx.select(API_KEYS.sha256)
              .from(API_KEYS)
              .where(inScope(scope))
              .and(theirs)
              .fetch(API_KEYS.sha256);
        });
  }

  /** Inside the transaction that ends a membership: its keys end with it or not at all. */
  static void revokeAllOf(
      DSLContext tx,
      SqlAuditLog audit,
      ProjectScope scope,
      String userId,
      Instant at,
      AuditNote note) {
    revoke(tx, audit, scope, API_KEYS.createdBy.eq(userId), at, note);
  }

  @Override
  public long changeVersion() {
    return database.read(
        sql -> sql.select(KEY_CHANGES.version).from(KEY_CHANGES).fetchSingle(KEY_CHANGES.version));
  }

  /** Inside the transaction that ends keys. */
  static void countChange(DSLContext tx) {
    tx.update(KEY_CHANGES).set(KEY_CHANGES.version, KEY_CHANGES.version.plus(1)).execute();
  }

  @Override
  public void adviseRotation(ProjectScope scope, String keyId, Instant at) {
    database.write(
        tx ->
            tx.update(API_KEYS)
                .set(API_KEYS.rotationAdvisedAt, at)
                .where(inScope(scope))
                .and(API_KEYS.id.eq(keyId))
                .and(API_KEYS.rotationAdvisedAt.isNull())
                .execute());
  }

  @Override
  public void touch(Map<String, Instant> lastUses) {
    database.write(
        tx -> {
          lastUses.forEach(
              (keyId, at) ->
                  tx.update(API_KEYS)
                      .set(API_KEYS.lastUsedAt, at)
                      .where(API_KEYS.id.eq(keyId))
                      .and(API_KEYS.lastUsedAt.isNull().or(API_KEYS.lastUsedAt.lt(at)))
                      .execute());
          return true;
        });
  }

  private List<String> revoke(ProjectScope scope, Condition which, Instant at, AuditNote note) {
    return database.write(tx -> revoke(tx, audit, scope, which, at, note));
  }

  private static List<String> revoke(
      DSLContext tx,
      SqlAuditLog audit,
      ProjectScope scope,
      Condition which,
      Instant at,
      AuditNote note) {
    Condition active = inScope(scope).and(which).and(API_KEYS.revokedAt.isNull());
    List<String> hashes =
        tx.select(API_KEYS.sha256).from(API_KEYS).where(active).fetch(API_KEYS.sha256);
    if (!hashes.isEmpty()) {
      tx.update(API_KEYS).set(API_KEYS.revokedAt, at).where(active).execute();
      audit.append(tx, scope.project(), note);
      countChange(tx);
    }
    return hashes;
  }

  private static Condition inScope(ProjectScope scope) {
    return API_KEYS.projectId.eq(scope.project().value());
  }

  private static String text(Set<Scope> scopes) {
    return scopes.stream().map(Scope::name).sorted().collect(Collectors.joining(","));
  }

  private static ApiKey key(Record row) {
    return new ApiKey(
        row.get(API_KEYS.id),
        new ProjectId(row.get(API_KEYS.projectId)),
        row.get(API_KEYS.environment),
        row.get(API_KEYS.name),
        row.get(API_KEYS.prefix),
        row.get(API_KEYS.last4),
        Arrays.stream(row.get(API_KEYS.scopes).split(","))
            .map(Scope::valueOf)
            .collect(Collectors.toSet()),
        row.get(API_KEYS.defaultAgent),
        row.get(API_KEYS.boundProviderId),
        new KeyLimits(
            row.get(API_KEYS.requestsPerMinute),
            row.get(API_KEYS.tokensPerMinute),
            row.get(API_KEYS.concurrentCalls),
            row.get(API_KEYS.monthlyBudgetNanoUsd)),
        row.get(API_KEYS.createdBy),
        row.get(API_KEYS.createdAt),
        row.get(API_KEYS.expiresAt),
        row.get(API_KEYS.revokedAt),
        row.get(API_KEYS.lastUsedAt),
        row.get(API_KEYS.rotationAdvisedAt));
  }
}
