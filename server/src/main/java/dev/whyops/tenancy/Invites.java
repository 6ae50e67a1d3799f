package dev.whyops.tenancy;

import dev.whyops.auth.Accounts;
import dev.whyops.auth.Membership;
import dev.whyops.auth.Permission;
import dev.whyops.auth.Role;
import dev.whyops.auth.Sessions;
import dev.whyops.auth.SignedIn;
import dev.whyops.http.ApiException;
import dev.whyops.id.Ids;
import dev.whyops.project.ProjectId;
import dev.whyops.vault.Secret;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * One-time links into a project. Looking at a link uses nothing up, so a mail scanner may;
 * accepting does. Whoever accepts joins that project in that role and nothing else. Thread-safe;
 * may block.
 */
public final class Invites {
  public static final Duration LIFE_MAX = Duration.ofDays(7);

  /** Open invitations of one project. */
  public static final int OPEN_MAX = 1_000;

  private static final int CODE_BYTES = 32;

  /** The code for the link, this once, and what is kept of it. */
  public record Created(Invite invite, Secret code) {}

  /** What the page behind a link shows before anybody accepts. */
  public record Preview(String projectName, Role role) {}

  private final InviteStore store;
  private final Accounts accounts;
  private final Ids ids;
  private final Clock clock;
  private final SecureRandom random;

  public Invites(InviteStore store, Accounts accounts, Ids ids, Clock clock, SecureRandom random) {
    this.store = store;
    this.accounts = accounts;
    this.ids = ids;
    this.clock = clock;
    this.random = random;
  }

  /**
   * @throws ApiException 403 for a role above one's own rights, 409 {@code too_many_invites}
   */
  public Created create(Membership by, Role role) {
    by.require(Permission.MANAGE_MEMBERS);
    if (role == Role.OWNER) {
      by.require(Permission.MANAGE_OWNERS);
    }
    if (store.open(by.scope(), clock.instant()).size() >= OPEN_MAX) {
      throw new ApiException(
          409, "too_many_invites", "A project has at most " + OPEN_MAX + " open invitations.");
    }
    byte[] bits = new byte[CODE_BYTES];
    random.nextBytes(bits);
    String code = Base64.getUrlEncoder().withoutPadding().encodeToString(bits);
    Invite invite =
        new Invite(
            ids.next("inv_"),
            role,
            by.person().id(),
            clock.instant(),
            clock.instant().plus(LIFE_MAX));
    store.insert(
        by.scope(),
        invite,
        Sessions.hash(code),
        by.note("invite.created", invite.id(), Map.of("role", role.wireName())));
    return new Created(invite, new Secret(code));
  }

  public List<Invite> open(Membership by) {
    by.require(Permission.MANAGE_MEMBERS);
    return store.open(by.scope(), clock.instant());
  }

  public void revoke(Membership by, String inviteId) {
    by.require(Permission.MANAGE_MEMBERS);
    if (!store.revoke(by.scope(), inviteId, by.note("invite.revoked", inviteId))) {
      throw ApiException.notFound("invite");
    }
  }

  /**
   * @throws ApiException 400 {@code invalid_code} for a wrong, used or old code
   */
  public Preview preview(String code) {
    InviteStore.Found found = find(code);
    return new Preview(found.project().name(), found.invite().role());
  }

  /**
   * Joins a signed-in person.
   *
   * @throws ApiException 400 {@code invalid_code}, 409 {@code already_member}
   */
  public Membership accept(SignedIn signedIn, String code) {
    InviteStore.Found found = find(code);
    ProjectId project = found.project().id();
    if (accounts.membership(signedIn, project).isPresent()) {
      throw new ApiException(409, "already_member", "You belong to this project already.");
    }
    return store
        .accept(found.invite().id(), signedIn.person(), clock.instant())
        .orElseThrow(Invites::invalid);
  }

  /**
   * Joins somebody without an account and signs them in. For an e-mail that has one, the answer is
   * the same as for a wrong code; its holder signs in and accepts.
   */
  public Sessions.Ticket signUp(String code, String email, String password, String name) {
    InviteStore.Found found = find(code);
    return accounts.signUp(
        email,
        password,
        name,
        login ->
            store
                .signUp(found.invite().id(), login, clock.instant())
                .orElseThrow(Invites::invalid));
  }

  private InviteStore.Found find(String code) {
    return store.byHash(Sessions.hash(code), clock.instant()).orElseThrow(Invites::invalid);
  }

  private static ApiException invalid() {
    return new ApiException(400, "invalid_code", "This link is wrong, used or too old.");
  }
}
