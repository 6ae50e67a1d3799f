package dev.whyops.store.sql;

import static dev.whyops.store.sql.Tables.MEMBERS;
import static dev.whyops.store.sql.Tables.SESSIONS;
import static dev.whyops.store.sql.Tables.USERS;

import dev.whyops.audit.AuditNote;
import dev.whyops.auth.Role;
import dev.whyops.project.ProjectScope;
import dev.whyops.tenancy.Member;
import dev.whyops.tenancy.MemberStore;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;

/** Members in SQL. */
public final class SqlMemberStore implements MemberStore {
  private final Database database;
  private final SqlAuditLog audit;
  private final Clock clock;

  public SqlMemberStore(Database database, SqlAuditLog audit, Clock clock) {
    this.database = database;
    this.audit = audit;
    this.clock = clock;
  }

  @Override
  public List<Member> list(ProjectScope scope) {
    return database.read(sql -> members(sql, scope, DSL.noCondition()));
  }

  @Override
  public Optional<Member> find(ProjectScope scope, String userId) {
    return database.read(sql -> members(sql, scope, MEMBERS.userId.eq(userId))).stream()
        .findFirst();
  }

  @Override
  public Change changeRole(ProjectScope scope, String userId, Role role, AuditNote note) {
    return change(
        scope,
        userId,
        role != Role.OWNER,
        note,
        tx -> tx.update(MEMBERS).set(MEMBERS.role, role).where(row(scope, userId)).execute());
  }

  @Override
  public Change remove(ProjectScope scope, String userId, AuditNote note) {
    return change(
        scope,
        userId,
        true,
        note,
        tx -> {
          tx.deleteFrom(MEMBERS).where(row(scope, userId)).execute();
          AuditNote keys =
              new AuditNote(
                  note.actor(),
                  note.actorLabel(),
                  "api_keys.revoked_with_member",
                  userId,
                  Map.of());
          SqlApiKeyStore.revokeAllOf(tx, audit, scope, userId, clock.instant(), keys);
        });
  }

  private Change change(
      ProjectScope scope,
      String userId,
      boolean losesOwnership,
      AuditNote note,
      Consumer<DSLContext> change) {
    return database.write(
        tx -> {
          database.lockAudit(tx, scope.project()); // two owners must not demote each other at once
          Optional<Member> member =
              members(tx, scope, MEMBERS.userId.eq(userId)).stream().findFirst();
          if (member.isEmpty()) {
            return Change.UNKNOWN;
          }
          if (losesOwnership && member.get().role() == Role.OWNER && owners(tx, scope) == 1) {
            return Change.LAST_OWNER;
          }
          change.accept(tx);
          tx.deleteFrom(SESSIONS).where(SESSIONS.userId.eq(userId)).execute();
          audit.append(tx, scope.project(), note);
          return Change.DONE;
        });
  }

  private static int owners(DSLContext tx, ProjectScope scope) {
    return tx.fetchCount(
        MEMBERS, MEMBERS.projectId.eq(scope.project().value()).and(MEMBERS.role.eq(Role.OWNER)));
  }

  private static Condition row(ProjectScope scope, String userId) {
    return MEMBERS.projectId.eq(scope.project().value()).and(MEMBERS.userId.eq(userId));
  }

  private static List<Member> members(DSLContext sql, ProjectScope scope, Condition which) {
    return sql.select(USERS.asterisk(), MEMBERS.role, MEMBERS.joinedAt)
        .from(MEMBERS)
        .join(USERS)
        .on(USERS.id.eq(MEMBERS.userId))
        .where(MEMBERS.projectId.eq(scope.project().value()))
        .and(which)
        .orderBy(MEMBERS.joinedAt, USERS.id)
        .fetch(
            row ->
                new Member(
                    SqlUserStore.person(row), row.get(MEMBERS.role), row.get(MEMBERS.joinedAt)));
  }
}
