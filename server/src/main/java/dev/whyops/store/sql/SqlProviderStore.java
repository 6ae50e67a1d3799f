package dev.whyops.store.sql;

import static dev.whyops.store.sql.Tables.API_KEYS;
import static dev.whyops.store.sql.Tables.PROVIDERS;

import dev.whyops.audit.AuditNote;
import dev.whyops.project.ProjectScope;
import dev.whyops.route.Provider;
import dev.whyops.route.ProviderRef;
import dev.whyops.route.ProviderStore;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;

/** Providers in SQL. */
public final class SqlProviderStore implements ProviderStore {
  private final Database database;
  private final SqlAuditLog audit;

  public SqlProviderStore(Database database, SqlAuditLog audit) {
    this.database = database;
    this.audit = audit;
  }

  @Override
  public List<Row> list(ProjectScope scope) {
    return database.read(
        sql ->
            sql.selectFrom(PROVIDERS)
                .where(inScope(scope))
                .orderBy(PROVIDERS.name, PROVIDERS.id)
                .fetch(SqlProviderStore::row));
  }

  @Override
  public Optional<Row> find(ProjectScope scope, String providerId) {
    return database.read(
        sql ->
            sql.selectFrom(PROVIDERS)
                .where(inScope(scope))
                .and(PROVIDERS.id.eq(providerId))
                .fetchOptional(SqlProviderStore::row));
  }

  @Override
  public boolean insert(ProjectScope scope, Row row, AuditNote note) {
    Provider provider = row.provider();
    return database.write(
        tx -> {
          database.lockAudit(tx, scope.project()); // one change of defaults at a time
          Map<Field<?>, Object> values = changeable(row);
          values.put(PROVIDERS.id, provider.ref().id());
          values.put(PROVIDERS.projectId, scope.project().value());
          values.put(PROVIDERS.type, provider.ref().type());
          values.put(PROVIDERS.createdAt, provider.createdAt());
          boolean inserted =
              tx.insertInto(PROVIDERS).set(values).onConflictDoNothing().execute() == 1;
          if (inserted) {
            settle(tx, scope, provider, note);
          }
          return inserted;
        });
  }

  @Override
  public boolean update(ProjectScope scope, Row row, AuditNote note) {
    Provider provider = row.provider();
    return database.write(
        tx -> {
          database.lockAudit(tx, scope.project());
          boolean taken =
              tx.fetchExists(
                  PROVIDERS,
                  inScope(scope)
                      .and(PROVIDERS.slug.eq(provider.ref().slug()))
                      .and(PROVIDERS.id.ne(provider.ref().id())));
          if (!taken) {
            tx.update(PROVIDERS)
                .set(changeable(row))
                .where(inScope(scope))
                .and(PROVIDERS.id.eq(provider.ref().id()))
                .execute();
            settle(tx, scope, provider, note);
          }
          return !taken;
        });
  }

  @Override
  public boolean boundToKey(ProjectScope scope, String providerId) {
    return database.read(
        sql ->
            sql.fetchExists(
                API_KEYS,
                API_KEYS
                    .projectId
                    .eq(scope.project().value())
                    .and(API_KEYS.boundProviderId.eq(providerId))
                    .and(API_KEYS.revokedAt.isNull())));
  }

  @Override
  public void delete(ProjectScope scope, String providerId, AuditNote note) {
    database.write(
        tx -> {
          int deleted =
              tx.deleteFrom(PROVIDERS)
                  .where(inScope(scope))
                  .and(PROVIDERS.id.eq(providerId))
                  .execute();
          if (deleted == 1) {
            audit.append(tx, scope.project(), note);
          }
          return deleted;
        });
  }

  /** One default per type, and the line in the audit log. */
  private void settle(DSLContext tx, ProjectScope scope, Provider provider, AuditNote note) {
    if (provider.ref().isDefault()) {
      tx.update(PROVIDERS)
          .set(PROVIDERS.isDefault, false)
          .where(inScope(scope))
          .and(PROVIDERS.type.eq(provider.ref().type()))
          .and(PROVIDERS.id.ne(provider.ref().id()))
          .execute();
    }
    audit.append(tx, scope.project(), note);
  }

  private static Condition inScope(ProjectScope scope) {
    return PROVIDERS.projectId.eq(scope.project().value());
  }

  private static Map<Field<?>, Object> changeable(Row row) {
    ProviderRef ref = row.provider().ref();
    Map<Field<?>, Object> values = new HashMap<>();
    values.put(PROVIDERS.name, row.provider().name());
    values.put(PROVIDERS.slug, ref.slug());
    values.put(PROVIDERS.baseUrl, ref.baseUrl().toString());
    values.put(PROVIDERS.sealedKey, row.sealedKey());
    values.put(PROVIDERS.keyVersion, row.keyVersion());
    values.put(PROVIDERS.keyLast4, row.provider().keyLast4());
    values.put(PROVIDERS.isDefault, ref.isDefault());
    values.put(PROVIDERS.acceptsSlashes, ref.acceptsSlashes());
    values.put(PROVIDERS.injectUsage, ref.injectUsage());
    values.put(PROVIDERS.connectMs, ref.timeouts().connect().toMillis());
    values.put(PROVIDERS.headMs, ref.timeouts().head().toMillis());
    values.put(PROVIDERS.silenceMs, ref.timeouts().silence().toMillis());
    values.put(PROVIDERS.retries, ref.retries());
    values.put(PROVIDERS.fallbackSlug, ref.fallbackSlug());
    values.put(PROVIDERS.active, row.provider().active());
    values.put(PROVIDERS.updatedAt, row.provider().updatedAt());
    return values;
  }

  private static Row row(Record row) {
    ProviderRef ref =
        new ProviderRef(
            row.get(PROVIDERS.id),
            row.get(PROVIDERS.slug),
            row.get(PROVIDERS.type),
            URI.create(row.get(PROVIDERS.baseUrl)),
            row.get(PROVIDERS.isDefault),
            row.get(PROVIDERS.acceptsSlashes),
            row.get(PROVIDERS.injectUsage),
            new ProviderRef.Timeouts(
                Duration.ofMillis(row.get(PROVIDERS.connectMs)),
                Duration.ofMillis(row.get(PROVIDERS.headMs)),
                Duration.ofMillis(row.get(PROVIDERS.silenceMs))),
            row.get(PROVIDERS.retries),
            row.get(PROVIDERS.fallbackSlug));
    return new Row(
        new Provider(
            ref,
            row.get(PROVIDERS.name),
            row.get(PROVIDERS.keyLast4),
            row.get(PROVIDERS.active),
            row.get(PROVIDERS.createdAt),
            row.get(PROVIDERS.updatedAt)),
        row.get(PROVIDERS.sealedKey),
        row.get(PROVIDERS.keyVersion));
  }
}
