package dev.whyops.store.sql;

import static dev.whyops.store.sql.Tables.MEMBERS;
import static dev.whyops.store.sql.Tables.PROJECTS;
import static dev.whyops.store.sql.Tables.SESSIONS;
import static dev.whyops.store.sql.Tables.USERS;

import dev.whyops.audit.AuditNote;
import dev.whyops.auth.Membership;
import dev.whyops.auth.Person;
import dev.whyops.auth.Role;
import dev.whyops.auth.UserStore;
import dev.whyops.project.ProjectId;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jooq.impl.DSL;

/** People in SQL. */
public final class SqlUserStore implements UserStore {
  private final Database database;
  private final SqlAuditLog audit;

  public SqlUserStore(Database database, SqlAuditLog audit) {
    this.database = database;
    this.audit = audit;
  }

  @Override
  public Optional<Login> byEmail(String email) {
    return database.read(
        sql ->
            sql.selectFrom(USERS)
                .where(USERS.emailKey.eq(emailKey(email)))
                .fetchOptional(row -> new Login(person(row), row.get(USERS.passwordPhc))));
  }

  @Override
  public Optional<Person> byId(String userId) {
    return database.read(
        sql ->
            sql.selectFrom(USERS).where(USERS.id.eq(userId)).fetchOptional(SqlUserStore::person));
  }

  @Override
  public List<Person> owners() {
    return database.read(
        sql ->
            sql.selectFrom(USERS)
                .where(
                    USERS.id.in(
                        DSL.select(MEMBERS.userId)
                            .from(MEMBERS)
                            .where(MEMBERS.role.eq(Role.OWNER))))
                .orderBy(USERS.createdAt, USERS.id)
                .fetch(SqlUserStore::person));
  }

  @Override
  public boolean insertFirstOwner(Login login, ProjectId project, AuditNote note) {
    return database.write(
        tx -> {
          database.lockAudit(tx, project);
          if (tx.fetchExists(MEMBERS, MEMBERS.role.eq(Role.OWNER)) || !insert(tx, login)) {
            return false;
          }
          tx.insertInto(MEMBERS)
              .set(MEMBERS.projectId, project.value())
              .set(MEMBERS.userId, login.person().id())
              .set(MEMBERS.role, Role.OWNER)
              .set(MEMBERS.joinedAt, login.person().createdAt())
              .execute();
          audit.append(tx, project, note);
          return true;
        });
  }

  @Override
  public void changePassword(String userId, String passwordPhc) {
    database.write(
        tx -> {
          tx.update(USERS).set(USERS.passwordPhc, passwordPhc).where(USERS.id.eq(userId)).execute();
          tx.deleteFrom(SESSIONS).where(SESSIONS.userId.eq(userId)).execute();
          return true;
        });
  }

  @Override
  public void rename(String userId, String name) {
    database.write(
        tx -> tx.update(USERS).set(USERS.name, name).where(USERS.id.eq(userId)).execute());
  }

  @Override
  public List<Membership> memberships(Person person) {
    return database.read(sql -> memberships(sql, person, DSL.noCondition()));
  }

  @Override
  public Optional<Membership> membership(Person person, ProjectId project) {
    return database.read(sql -> memberships(sql, person, PROJECTS.id.eq(project.value()))).stream()
        .findFirst();
  }

  static List<Membership> memberships(DSLContext sql, Person person, Condition which) {
    return sql.select(PROJECTS.id, PROJECTS.name, MEMBERS.role)
        .from(MEMBERS)
        .join(PROJECTS)
        .on(PROJECTS.id.eq(MEMBERS.projectId))
        .where(MEMBERS.userId.eq(person.id()))
        .and(PROJECTS.deletingAt.isNull())
        .and(which)
        .orderBy(PROJECTS.name, PROJECTS.id)
        .fetch(
            row -> new Membership(new ProjectId(row.value1()), row.value2(), person, row.value3()));
  }

  static boolean exists(DSLContext tx, String email) {
    return tx.fetchExists(USERS, USERS.emailKey.eq(emailKey(email)));
  }

  /** False when the e-mail has an account. */
  static boolean insert(DSLContext tx, Login login) {
    Person person = login.person();
    return tx.insertInto(USERS)
            .set(USERS.id, person.id())
            .set(USERS.email, person.email())
            .set(USERS.emailKey, emailKey(person.email()))
            .set(USERS.name, person.name())
            .set(USERS.passwordPhc, login.passwordPhc())
            .set(USERS.createdAt, person.createdAt())
            .onConflictDoNothing()
            .execute()
        == 1;
  }

  static Person person(Record row) {
    return new Person(
        row.get(USERS.id), row.get(USERS.email), row.get(USERS.name), row.get(USERS.createdAt));
  }

  /** Addresses that differ only in case are one account. */
  private static String emailKey(String email) {
    return email.toLowerCase(Locale.ROOT);
  }
}
