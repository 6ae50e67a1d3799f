package dev.whyops.store.sql;

import static dev.whyops.store.sql.Tables.API_KEYS;
import static dev.whyops.store.sql.Tables.ENVIRONMENTS;
import static dev.whyops.store.sql.Tables.KEYSETS;
import static dev.whyops.store.sql.Tables.MEMBERS;
import static dev.whyops.store.sql.Tables.PROJECTS;
import static dev.whyops.store.sql.Tables.SETTINGS;

import dev.whyops.audit.AuditNote;
import dev.whyops.auth.Role;
import dev.whyops.json.Json;
import dev.whyops.project.Environment;
import dev.whyops.project.Project;
import dev.whyops.project.ProjectId;
import dev.whyops.project.ProjectScope;
import dev.whyops.project.ProjectSettings;
import dev.whyops.tenancy.ProjectStore;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jooq.Record;
import tools.jackson.core.type.TypeReference;

/** Projects in SQL. */
public final class SqlProjectStore implements ProjectStore {
  private static final TypeReference<List<ProjectSettings.Mask>> MASKS = new TypeReference<>() {};

  /** What nodes that start at once queue for; no project has this id. */
  private static final ProjectId FIRST_START = new ProjectId("first start");

  private final Database database;
  private final SqlAuditLog audit;

  public SqlProjectStore(Database database, SqlAuditLog audit) {
    this.database = database;
    this.audit = audit;
  }

  @Override
  public Project insertFirst(Project project, AuditNote note) {
    return database.write(
        tx -> {
          database.lockAudit(tx, FIRST_START);
          Optional<Project> known = oldest(tx);
          if (known.isEmpty()) {
            insert(tx, project, note);
          }
          return known.orElse(project);
        });
  }

  @Override
  public void insert(Project project, String ownerUserId, AuditNote note) {
    database.write(
        tx -> {
          insert(tx, project, note);
          tx.insertInto(MEMBERS)
              .set(MEMBERS.projectId, project.id().value())
              .set(MEMBERS.userId, ownerUserId)
              .set(MEMBERS.role, Role.OWNER)
              .set(MEMBERS.joinedAt, project.createdAt())
              .execute();
          return true;
        });
  }

  @Override
  public Optional<Project> find(ProjectId id) {
    return database.read(
        sql ->
            sql.selectFrom(PROJECTS)
                .where(PROJECTS.id.eq(id.value()))
                .and(PROJECTS.deletingAt.isNull())
                .fetchOptional(SqlProjectStore::project));
  }

  @Override
  public Optional<Project> oldest() {
    return database.read(SqlProjectStore::oldest);
  }

  @Override
  public int count() {
    return database.read(sql -> sql.fetchCount(PROJECTS, PROJECTS.deletingAt.isNull()));
  }

  @Override
  public void rename(ProjectScope scope, String name, AuditNote note) {
    database.write(
        tx -> {
          tx.update(PROJECTS)
              .set(PROJECTS.name, name)
              .where(PROJECTS.id.eq(scope.project().value()))
              .execute();
          audit.append(tx, scope.project(), note);
          return true;
        });
  }

  @Override
  public Optional<ProjectSettings> settings(ProjectScope scope) {
    return database.read(
        sql ->
            sql.selectFrom(SETTINGS)
                .where(SETTINGS.projectId.eq(scope.project().value()))
                .fetchOptional(
                    row ->
                        new ProjectSettings(
                            row.get(SETTINGS.capture),
                            row.get(SETTINGS.signatures),
                            row.get(SETTINGS.retentionDays),
                            Json.mapper().readValue(row.get(SETTINGS.masks), MASKS))));
  }

  @Override
  public void saveSettings(ProjectScope scope, ProjectSettings settings, AuditNote note) {
    String masks = Json.mapper().writeValueAsString(settings.masks());
    database.write(
        tx -> {
          tx.insertInto(SETTINGS)
              .set(SETTINGS.projectId, scope.project().value())
              .set(SETTINGS.capture, settings.capture())
              .set(SETTINGS.signatures, settings.signatures())
              .set(SETTINGS.retentionDays, settings.retentionDays())
              .set(SETTINGS.masks, masks)
              .onConflict(SETTINGS.projectId)
              .doUpdate()
              .set(SETTINGS.capture, settings.capture())
              .set(SETTINGS.signatures, settings.signatures())
              .set(SETTINGS.retentionDays, settings.retentionDays())
              .set(SETTINGS.masks, masks)
              .execute();
          audit.append(tx, scope.project(), note);
          return true;
        });
  }

  @Override
  public void beginDeletion(ProjectScope scope, Instant at) {
    String id = scope.project().value();
    database.write(
        tx -> {
          tx.update(PROJECTS).set(PROJECTS.deletingAt, at).where(PROJECTS.id.eq(id)).execute();
          tx.update(API_KEYS)
              .set(API_KEYS.revokedAt, at)
              .where(API_KEYS.projectId.eq(id))
              .and(API_KEYS.revokedAt.isNull())
              .execute();
          SqlApiKeyStore.countChange(tx);
          tx.deleteFrom(MEMBERS).where(MEMBERS.projectId.eq(id)).execute();
          tx.deleteFrom(KEYSETS).where(KEYSETS.owner.eq(id)).execute();
          return true;
        });
  }

  @Override
  public List<ProjectId> inDeletion() {
    return database.read(
        sql ->
            sql.select(PROJECTS.id)
                .from(PROJECTS)
                .where(PROJECTS.deletingAt.isNotNull())
                .orderBy(PROJECTS.id)
                .fetch(row -> new ProjectId(row.value1())));
  }

  @Override
  public void finishDeletion(ProjectScope scope) {
    database.write(
        tx ->
            tx.deleteFrom(PROJECTS)
                .where(PROJECTS.id.eq(scope.project().value()))
                .and(PROJECTS.deletingAt.isNotNull())
                .execute());
  }

  private static Optional<Project> oldest(DSLContext sql) {
    return sql.selectFrom(PROJECTS)
        .where(PROJECTS.deletingAt.isNull())
        .orderBy(PROJECTS.createdAt, PROJECTS.id)
        .limit(1)
        .fetchOptional(SqlProjectStore::project);
  }

  private void insert(DSLContext tx, Project project, AuditNote note) {
    tx.insertInto(PROJECTS)
        .set(PROJECTS.id, project.id().value())
        .set(PROJECTS.name, project.name())
        .set(PROJECTS.createdAt, project.createdAt())
        .execute();
    for (Environment environment : Environment.values()) {
      tx.insertInto(ENVIRONMENTS)
          .set(ENVIRONMENTS.projectId, project.id().value())
          .set(ENVIRONMENTS.name, environment)
          .execute();
    }
    audit.append(tx, project.id(), note);
  }

  private static Project project(Record row) {
    return new Project(
        new ProjectId(row.get(PROJECTS.id)), row.get(PROJECTS.name), row.get(PROJECTS.createdAt));
  }
}
