package dev.whyops.tenancy;

import dev.whyops.auth.ApiKeyDesk;
import dev.whyops.auth.Membership;
import dev.whyops.auth.Permission;
import dev.whyops.auth.Role;
import dev.whyops.http.ApiException;
import java.util.List;
import java.util.Map;

/**
 * Changes who belongs to a project. An admin manages everybody up to admin, an owner also owners;
 * the last owner stays. Whoever loses rights is signed out at once, and the API keys that a removed
 * person made end. Thread-safe; may block.
 */
public final class Members {
  private final MemberStore store;
  private final ApiKeyDesk apiKeys;

  public Members(MemberStore store, ApiKeyDesk apiKeys) {
    this.store = store;
    this.apiKeys = apiKeys;
  }

  public List<Member> list(Membership by) {
    by.require(Permission.READ);
    return store.list(by.scope());
  }

  /**
   * @throws ApiException 403 beyond one's own rights, 404, 409 {@code last_owner}
   */
  public void changeRole(Membership by, String userId, Role role) {
    Member member = manageable(by, userId, role);
    settle(
        store.changeRole(
            by.scope(),
            userId,
            role,
            by.note(
                "member.role_changed",
                userId,
                Map.of("from", member.role().wireName(), "to", role.wireName()))));
  }

  /**
   * Removes somebody, or oneself.
   *
   * @throws ApiException 403 beyond one's own rights, 404, 409 {@code last_owner}
   */
  public void remove(Membership by, String userId) {
    Member member =
        userId.equals(by.person().id())
            ? store.find(by.scope(), userId).orElseThrow(() -> ApiException.notFound("member"))
            : manageable(by, userId, Role.VIEWER);
    settle(
        store.remove(
            by.scope(),
            userId,
            by.note("member.removed", userId, Map.of("role", member.role().wireName()))));
    apiKeys.revokeAllOf(by, userId);
  }

  /** The member, if {@code by} may touch it and may give this role. */
  private Member manageable(Membership by, String userId, Role wanted) {
    by.require(Permission.MANAGE_MEMBERS);
    Member member =
        store.find(by.scope(), userId).orElseThrow(() -> ApiException.notFound("member"));
    if (member.role() == Role.OWNER || wanted == Role.OWNER) {
      by.require(Permission.MANAGE_OWNERS);
    }
    return member;
  }

  private static void settle(MemberStore.Change change) {
    switch (change) {
      case DONE -> {}
      case UNKNOWN -> throw ApiException.notFound("member");
      case LAST_OWNER ->
          throw new ApiException(
              409,
              "last_owner",
              "A project keeps at least one owner. Make somebody else one first.");
    }
  }
}
