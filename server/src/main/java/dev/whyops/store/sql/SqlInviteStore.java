package dev.whyops.store.sql;

import static dev.whyops.store.sql.Tables.INVITES;
import static dev.whyops.store.sql.Tables.MEMBERS;
import static dev.whyops.store.sql.Tables.PROJECTS;

import dev.whyops.audit.AuditNote;
import dev.whyops.auth.Membership;
import dev.whyops.auth.Person;
import dev.whyops.auth.UserStore;
import dev.whyops.project.Project;
import dev.whyops.project.ProjectId;
import dev.whyops.project.ProjectScope;
import dev.whyops.tenancy.Invite;
import dev.whyops.tenancy.InviteStore;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jooq.impl.DSL;

/** Invitations in SQL. */
public final class SqlInviteStore implements InviteStore {
  private final Database database;
  private final SqlAuditLog audit;

  public SqlInviteStore(Database database, SqlAuditLog audit) {
    this.database = database;
    this.audit = audit;
  }

  @Override
  public void insert(ProjectScope scope, Invite invite, String sha256, AuditNote note) {
    database.write(
        tx -> {
          tx.insertInto(INVITES)
              .set(INVITES.id, invite.id())
              .set(INVITES.projectId, scope.project().value())
              .set(INVITES.sha256, sha256)
              .set(INVITES.role, invite.role())
              .set(INVITES.createdBy, invite.createdBy())
              .set(INVITES.createdAt, invite.createdAt())
              .set(INVITES.expiresAt, invite.expiresAt())
              .execute();
          audit.append(tx, scope.project(), note);
          return true;
        });
  }

  @Override
  public List<Invite> open(ProjectScope scope, Instant now) {
    return database.read(
        sql ->
            sql.selectFrom(INVITES)
                .where(INVITES.projectId.eq(scope.project().value()))
                .and(usable(now))
                .orderBy(INVITES.id.desc())
                .fetch(SqlInviteStore::invite));
  }

  @Override
  public boolean revoke(ProjectScope scope, String inviteId, AuditNote note) {
    return database.write(
        tx -> {
          boolean revoked =
              tx.deleteFrom(INVITES)
                      .where(INVITES.projectId.eq(scope.project().value()))
                      .and(INVITES.id.eq(inviteId))
                      .and(INVITES.usedAt.isNull())
                      .execute()
                  == 1;
          if (revoked) {
            audit.append(tx, scope.project(), note);
          }
          return revoked;
        });
  }

  @Override
  public Optional<Found> byHash(String sha256, Instant now) {
    return database.read(
        sql ->
            sql.select(
                    INVITES.asterisk(),
                    PROJECTS.name.as("project_name"),
                    PROJECTS.createdAt.as("project_created_at"))
                .from(INVITES)
                .join(PROJECTS)
                .on(PROJECTS.id.eq(INVITES.projectId))
                .where(INVITES.sha256.eq(sha256))
                .and(PROJECTS.deletingAt.isNull())
                .and(usable(now))
                .fetchOptional(
                    row ->
                        new Found(
                            invite(row),
                            new Project(
                                new ProjectId(row.get(INVITES.projectId)),
                                row.get("project_name", String.class),
                                row.get(PROJECTS.createdAt.as("project_created_at"))))));
  }

  @Override
  public Optional<Membership> accept(String inviteId, Person person, Instant now) {
    return database.write(
        tx -> use(tx, inviteId, now) ? join(tx, inviteId, person, now) : Optional.empty());
  }

  @Override
  public Optional<Membership> signUp(String inviteId, UserStore.Login login, Instant now) {
    return database.write(
        tx -> {
          if (SqlUserStore.exists(tx, login.person().email()) || !use(tx, inviteId, now)) {
            return Optional.empty();
          }
          if (!SqlUserStore.insert(tx, login)) {
            throw new IllegalStateException("two accounts with one e-mail at once"); // rolls back
          }
          return join(tx, inviteId, login.person(), now);
        });
  }

  /** True for exactly one caller. */
  private static boolean use(DSLContext tx, String inviteId, Instant now) {
    return tx.update(INVITES)
            .set(INVITES.usedAt, now)
            .where(INVITES.id.eq(inviteId))
            .and(usable(now))
            .execute()
        == 1;
  }

  private Optional<Membership> join(DSLContext tx, String inviteId, Person person, Instant now) {
    Record invite = tx.selectFrom(INVITES).where(INVITES.id.eq(inviteId)).fetchSingle();
    ProjectId project = new ProjectId(invite.get(INVITES.projectId));
    tx.insertInto(MEMBERS)
        .set(MEMBERS.projectId, project.value())
        .set(MEMBERS.userId, person.id())
        .set(MEMBERS.role, invite.get(INVITES.role))
        .set(MEMBERS.joinedAt, now)
        .onConflictDoNothing()
        .execute();
    Optional<Membership> membership =
        SqlUserStore.memberships(tx, person, PROJECTS.id.eq(project.value())).stream().findFirst();
    membership.ifPresent(
        joined ->
            audit.append(
                tx,
                project,
                joined.note(
                    "member.joined", person.id(), Map.of("role", joined.role().wireName()))));
    return membership;
  }

  private static Condition usable(Instant now) {
    return INVITES.usedAt.isNull().and(INVITES.expiresAt.gt(DSL.val(now, INVITES.expiresAt)));
  }

  private static Invite invite(Record row) {
    return new Invite(
        row.get(INVITES.id),
        row.get(INVITES.role),
        row.get(INVITES.createdBy),
        row.get(INVITES.createdAt),
        row.get(INVITES.expiresAt));
  }
}
