package dev.whyops.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.whyops.audit.AuditNote;
import dev.whyops.auth.Accounts;
import dev.whyops.auth.ApiKeyDesk;
import dev.whyops.auth.KeyCheck;
import dev.whyops.auth.Membership;
import dev.whyops.auth.Passwords;
import dev.whyops.auth.Role;
import dev.whyops.auth.Sessions;
import dev.whyops.auth.SetupCodes;
import dev.whyops.auth.SignedIn;
import dev.whyops.project.ProjectScope;
import dev.whyops.store.sql.SqlAuditLog;
import dev.whyops.store.sql.SqlMemberStore;
import dev.whyops.store.sql.SqlSetupCodeStore;
import dev.whyops.store.sql.SqlUserStore;
import dev.whyops.tenancy.Invite;
import dev.whyops.tenancy.Invites;
import dev.whyops.tenancy.Member;
import dev.whyops.tenancy.MemberStore;
import dev.whyops.tenancy.Members;
import dev.whyops.vault.Secret;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Setup, logins, sessions, members and invitations, on every engine. */
abstract class PeopleContract extends ControlPlaneContract {
  private static final String PASSWORD = "a good password";
  private static final InetAddress HOME = InetAddress.getLoopbackAddress();

  @Test
  @DisplayName("AU-23 the setup code works once; after that 410")
  void setupWorksOnce() {
    assertThat(plane.accounts().needsSetup()).isTrue();
    String code = plane.accounts().issueCode(Optional.empty()).reveal();
    assertThat(code).hasSize(22); // 128 bits
    refused(400, "invalid_code", () -> setup("wrong"));
    refused(
        400,
        "invalid_password",
        () -> plane.accounts().setup(code, "owner@example.com", "short", "Owner"));
    Sessions.Ticket ticket = setup(code);
    assertThat(plane.accounts().memberships(ticket.signedIn()))
        .extracting(Membership::role, Membership::projectName)
        .containsExactly(tuple(Role.OWNER, "default"));
    refused(410, "code_used", () -> setup(code));
    refused(410, "code_used", () -> setup("wrong"));
  }

  @Test
  @DisplayName("AU-23 ten wrong codes make it void")
  void wrongCodesAreCounted() {
    String code = plane.accounts().issueCode(Optional.empty()).reveal();
    for (int i = 0; i < 10; i++) {
      refused(400, "invalid_code", () -> setup("wrong"));
    }
    refused(429, "too_many_attempts", () -> setup(code));
    String next = plane.accounts().issueCode(Optional.empty()).reveal();
    assertThat(setup(next).signedIn().person().email()).isEqualTo("owner@example.com");
  }

  @Test
  void aSetupCodeEndsAfterADay() {
    String code = plane.accounts().issueCode(Optional.empty()).reveal();
    time.pass(Duration.ofDays(1));
    refused(400, "invalid_code", () -> setup(code));
  }

  @Test
  @DisplayName("AU-08 a reset code sets a password once and ends all sessions")
  void resetCodesWorkOnce() {
    Sessions.Ticket first = setup(plane.accounts().issueCode(Optional.empty()).reveal());
    String code = plane.accounts().issueCode(Optional.of("Owner@EXAMPLE.com")).reveal();
    Sessions.Ticket second = plane.accounts().resetPassword(code, "another password");
    assertThat(plane.accounts().signedIn(first.token().reveal())).isEmpty();
    assertThat(plane.accounts().signedIn(second.token().reveal())).isPresent();
    refused(410, "code_used", () -> plane.accounts().resetPassword(code, "a third password"));
    refused(401, "invalid_credentials", () -> login(PASSWORD));
    assertThat(login("another password").signedIn().person()).isEqualTo(second.signedIn().person());
  }

  @Test
  @DisplayName("AU-10, AU-11, AU-12 sessions: new at login, gone after logout")
  void sessionsStartAndEnd() {
    Sessions.Ticket first = setup(plane.accounts().issueCode(Optional.empty()).reveal());
    Sessions.Ticket second = login(PASSWORD);
    assertThat(second.token()).isNotEqualTo(first.token());
    String token = second.token().reveal();
    assertThat(plane.accounts().signedIn(token)).contains(second.signedIn());
    assertThat(plane.accounts().signedIn(token.substring(1) + "A")).isEmpty();
    assertThat(plane.accounts().signedIn("x".repeat(10_000))).isEmpty();
    assertThat(plane.accounts().signedIn("")).isEmpty();
    plane.accounts().logout(second.signedIn());
    assertThat(plane.accounts().signedIn(token)).isEmpty();
    assertThat(plane.accounts().signedIn(first.token().reveal())).isPresent();
  }

  @Test
  @DisplayName("AU-12, AU-25 sessions end after 12 idle hours and after 7 days, and stay ended")
  void sessionsEndInTime() {
    Sessions.Ticket ticket = setup(plane.accounts().issueCode(Optional.empty()).reveal());
    String token = ticket.token().reveal();
    for (int hours = 0; hours < 7 * 24 - 11; hours += 11) {
      time.pass(Duration.ofHours(11));
      assertThat(plane.accounts().signedIn(token)).isPresent();
      plane.sessions().sweep();
    }
    time.pass(Duration.ofHours(11));
    assertThat(plane.accounts().signedIn(token)).isEmpty();

    String idle = login(PASSWORD).token().reveal();
    time.pass(Duration.ofHours(12).plusMillis(1));
    assertThat(plane.accounts().signedIn(idle)).isEmpty();
    time.setWall(time.instant().minus(Duration.ofHours(1)));
    assertThat(plane.accounts().signedIn(idle)).isEmpty();
  }

  @Test
  @DisplayName("AU-04 unknown and known accounts answer alike, with one hash each")
  void unknownAccountsLookLikeKnownOnes() {
    setup(plane.accounts().issueCode(Optional.empty()).reveal());
    refused(401, "invalid_credentials", () -> login("a wrong password"));
    refused(
        401,
        "invalid_credentials",
        () -> plane.accounts().login("nobody@example.com", "a wrong password", HOME));
    refused(400, "invalid_password", () -> login(""));
    assertThat(login(PASSWORD).signedIn().person().email()).isEqualTo("owner@example.com");
  }

  @Test
  @DisplayName("AU-04 a login costs one hash, whether there is an account or not")
  void everyLoginCostsOneHash() {
    setup(plane.accounts().issueCode(Optional.empty()).reveal());
    Passwords passwords = new Passwords(plane.vault()::passwordPepper, new SecureRandom());
    SqlAuditLog audit = new SqlAuditLog(database, plane.clock());
    Accounts accounts =
        new Accounts(
            new SqlUserStore(database, audit),
            plane.sessions(),
            passwords,
            new SetupCodes(
                new SqlSetupCodeStore(database), plane.ids(), plane.clock(), new SecureRandom()),
            audit,
            plane.firstProject().id(),
            plane.ids(),
            plane.clock(),
            time);
    List<String> emails = List.of("owner@example.com", "nobody@example.com");
    for (int i = 0; i < emails.size(); i++) {
      String email = emails.get(i);
      refused(401, "invalid_credentials", () -> accounts.login(email, "a wrong password", HOME));
      assertThat(passwords.hashCount()).isEqualTo(i + 1);
    }
  }

  @Test
  @DisplayName("AU-11 a changed password starts a new session and ends the others")
  void passwordsChange() {
    Sessions.Ticket ticket = setup(plane.accounts().issueCode(Optional.empty()).reveal());
    SignedIn person = ticket.signedIn();
    refused(
        401,
        "invalid_credentials",
        () ->
            plane.accounts().changePassword(person, "a wrong password", "another password", HOME));
    Sessions.Ticket next =
        plane.accounts().changePassword(person, PASSWORD, "another password", HOME);
    assertThat(plane.accounts().signedIn(ticket.token().reveal())).isEmpty();
    assertThat(plane.accounts().signedIn(next.token().reveal())).isPresent();
  }

  @Test
  @DisplayName("AU-19 the last owner stays")
  void theLastOwnerStays() {
    Membership owner = owner();
    String id = owner.person().id();
    refused(409, "last_owner", () -> plane.members().changeRole(owner, id, Role.ADMIN));
    refused(409, "last_owner", () -> plane.members().remove(owner, id));
    Membership second = joined(plane.firstProject(), Role.OWNER);
    plane.members().changeRole(owner, id, Role.ADMIN);
    refused(409, "last_owner", () -> plane.members().remove(second, second.person().id()));
  }

  @Test
  @DisplayName("AU-12 who loses rights is signed out, and a removed member's keys end")
  void lostRightsEndSessionsAndKeys() {
    Membership owner = owner();
    String code = plane.invites().create(owner, Role.MEMBER).code().reveal();
    Sessions.Ticket invited =
        plane.invites().signUp(code, "member@example.com", PASSWORD, "Member");
    Membership member =
        plane.accounts().membership(invited.signedIn(), owner.project()).orElseThrow();
    ApiKeyDesk.Created key = plane.apiKeyDesk().create(member, keyWish("member's"));
    assertThat(plane.apiKeys().check(key.secret().reveal())).isInstanceOf(KeyCheck.Accepted.class);

    plane.members().changeRole(owner, member.person().id(), Role.VIEWER);
    assertThat(plane.accounts().signedIn(invited.token().reveal())).isEmpty();

    plane.members().remove(owner, member.person().id());
    assertThat(plane.apiKeys().check(key.secret().reveal())).isInstanceOf(KeyCheck.Rejected.class);
    assertThat(plane.members().list(owner)).hasSize(1);
    assertThat(plane.accounts().membership(invited.signedIn(), owner.project())).isEmpty();
  }

  @Test
  @DisplayName("AU-12 keys end in the transaction that removes the member, whatever comes after it")
  void keysEndWithTheMembership() {
    Membership owner = owner();
    String code = plane.invites().create(owner, Role.MEMBER).code().reveal();
    Sessions.Ticket invited =
        plane.invites().signUp(code, "member@example.com", PASSWORD, "Member");
    Membership member =
        plane.accounts().membership(invited.signedIn(), owner.project()).orElseThrow();
    ApiKeyDesk.Created key = plane.apiKeyDesk().create(member, keyWish("member's"));
    String id = member.person().id();
    new SqlMemberStore(database, new SqlAuditLog(database, plane.clock()), plane.clock())
        .remove(owner.scope(), id, owner.note("member.removed", id));
    assertThat(plane.apiKeyDesk().find(owner, key.key().id()).orElseThrow().revokedAt())
        .isNotNull();
  }

  @Test
  @DisplayName("a member that somebody else removes in between is unknown")
  void aMemberMayGoInBetween() {
    Membership owner = owner();
    Member gone = new Member(owner.person(), Role.MEMBER, plane.clock().instant());
    MemberStore store =
        new MemberStore() {
          @Override
          public List<Member> list(ProjectScope scope) {
            return List.of(gone);
          }

          @Override
          public Optional<Member> find(ProjectScope scope, String userId) {
            return Optional.of(gone);
          }

          @Override
          public Change changeRole(ProjectScope scope, String id, Role role, AuditNote note) {
            return Change.UNKNOWN;
          }

          @Override
          public Change remove(ProjectScope scope, String id, AuditNote note) {
            return Change.UNKNOWN;
          }
        };
    Members members = new Members(store, plane.apiKeyDesk());
    refused(404, "not_found", () -> members.changeRole(owner, "usr_gone", Role.VIEWER));
    refused(404, "not_found", () -> members.remove(owner, "usr_gone"));
  }

  @Test
  @DisplayName("AU-23 the owner of the operator's settings is made on a first start only")
  void bootstrapsOneOwner() {
    plane.accounts().bootstrapOwner("owner@example.com", new Secret(PASSWORD));
    plane.accounts().bootstrapOwner("other@example.com", new Secret(PASSWORD));
    assertThat(login(PASSWORD).signedIn().person().email()).isEqualTo("owner@example.com");
    refused(404, "not_found", () -> plane.accounts().issueCode(Optional.of("other@example.com")));
  }

  @Test
  void adminsManageUpToAdmins() {
    Membership owner = owner();
    Membership admin = joined(plane.firstProject(), Role.ADMIN);
    Membership viewer = joined(plane.firstProject(), Role.VIEWER);
    String viewerId = viewer.person().id();
    plane.members().changeRole(admin, viewerId, Role.ADMIN);
    refused(403, "forbidden", () -> plane.members().changeRole(admin, viewerId, Role.OWNER));
    refused(
        403,
        "forbidden",
        () -> plane.members().changeRole(admin, owner.person().id(), Role.VIEWER));
    refused(403, "forbidden", () -> plane.members().remove(admin, owner.person().id()));
    refused(403, "forbidden", () -> plane.members().changeRole(viewer, viewerId, Role.ADMIN));
    refused(403, "forbidden", () -> plane.invites().create(admin, Role.OWNER));
    refused(403, "forbidden", () -> plane.invites().create(viewer, Role.VIEWER));
    refused(404, "not_found", () -> plane.members().remove(owner, "usr_unknown"));
    plane.members().remove(viewer, viewerId); // everybody may leave
    assertThat(plane.members().list(owner)).extracting(Member::role).doesNotContain(Role.VIEWER);
  }

  @Test
  @DisplayName("AU-08 an invitation works once, and looking at it uses nothing up")
  void invitationsWorkOnce() {
    Membership owner = owner();
    String code = plane.invites().create(owner, Role.MEMBER).code().reveal();
    for (int i = 0; i < 3; i++) {
      assertThat(plane.invites().preview(code).role()).isEqualTo(Role.MEMBER);
    }
    plane.invites().signUp(code, "member@example.com", PASSWORD, "Member");
    refused(400, "invalid_code", () -> plane.invites().preview(code));
    refused(
        400,
        "invalid_code",
        () -> plane.invites().signUp(code, "other@example.com", PASSWORD, "Other"));
    assertThat(plane.invites().open(owner)).isEmpty();
  }

  @Test
  @DisplayName("AU-08 invitations end after seven days, or when somebody takes them back")
  void invitationsEnd() {
    Membership owner = owner();
    String old = plane.invites().create(owner, Role.MEMBER).code().reveal();
    time.pass(Duration.ofDays(7));
    refused(400, "invalid_code", () -> plane.invites().preview(old));
    String code = plane.invites().create(owner, Role.MEMBER).code().reveal();
    Invite open = plane.invites().open(owner).getFirst();
    plane.invites().revoke(owner, open.id());
    refused(400, "invalid_code", () -> plane.invites().preview(code));
    refused(404, "not_found", () -> plane.invites().revoke(owner, open.id()));
  }

  @Test
  void aProjectHasAThousandOpenInvitations() {
    Membership owner = owner();
    Membership elsewhere = ownerElsewhere("other");
    plane.invites().create(owner, Role.MEMBER);
    fillInvites(Invites.OPEN_MAX - 2);
    plane.invites().create(owner, Role.MEMBER);
    assertThat(plane.invites().open(owner)).hasSize(Invites.OPEN_MAX);
    refused(409, "too_many_invites", () -> plane.invites().create(owner, Role.MEMBER));
    plane.invites().create(elsewhere, Role.MEMBER);
  }

  /** Copies of the only open one. */
  private void fillInvites(int count) {
    database.write(
        tx ->
            tx.execute(
                "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < "
                    + count
                    + ") INSERT INTO invites SELECT id || '-' || i, project_id, sha256 || i, role,"
                    + " created_by, created_at, expires_at, used_at FROM invites, n WHERE used_at"
                    + " IS NULL"));
  }

  @Test
  @DisplayName("AU-17 an invitation joins its project in its role, and raises nobody")
  void invitationsJoinOnlyAsStated() {
    Membership owner = owner();
    Membership there = ownerElsewhere("other");
    String code = plane.invites().create(there, Role.VIEWER).code().reveal();
    String mine = plane.invites().create(owner, Role.MEMBER).code().reveal();
    Sessions.Ticket invited =
        plane.invites().signUp(mine, "member@example.com", PASSWORD, "Member");
    Membership joined = plane.invites().accept(invited.signedIn(), code);
    assertThat(joined.project()).isEqualTo(there.project());
    assertThat(joined.role()).isEqualTo(Role.VIEWER);

    String raise = plane.invites().create(there, Role.OWNER).code().reveal();
    refused(409, "already_member", () -> plane.invites().accept(invited.signedIn(), raise));
    assertThat(
            plane.accounts().membership(invited.signedIn(), there.project()).orElseThrow().role())
        .isEqualTo(Role.VIEWER);
  }

  @Test
  void anInvitationDoesNotTellWhoHasAnAccount() {
    Membership owner = owner();
    String code = plane.invites().create(owner, Role.MEMBER).code().reveal();
    refused(
        400,
        "invalid_code",
        () ->
            plane
                .invites()
                .signUp(code, owner.person().email().toUpperCase(Locale.ROOT), PASSWORD, "X"));
    assertThat(plane.invites().open(owner)).hasSize(1); // and stays usable
  }

  private Sessions.Ticket setup(String code) {
    return plane.accounts().setup(code, "owner@example.com", PASSWORD, "Owner");
  }

  private Sessions.Ticket login(String password) {
    return plane.accounts().login("owner@example.com", password, HOME);
  }
}
