package dev.whyops.dashboard;

import dev.whyops.auth.Permission;
import dev.whyops.auth.Role;
import dev.whyops.http.ApiException;
import dev.whyops.tenancy.Member;
import dev.whyops.tenancy.Members;
import java.time.Instant;

/** Who belongs to a project. */
final class MembersApi {
  private static final Access MANAGE = new Access.InProject(Permission.MANAGE_MEMBERS);
  private static final String ONE = "/api/projects/{projectId}/members/{userId}";

  private final Members members;

  MembersApi(Members members) {
    this.members = members;
  }

  record Item(String userId, String email, String name, String role, Instant joinedAt) {
    static Item of(Member member) {
      return new Item(
          member.person().id(),
          member.person().email(),
          member.person().name(),
          member.role().wireName(),
          member.joinedAt());
    }
  }

  void addTo(RouteTable routes) {
    routes
        .getForPeople("/api/projects/{projectId}/members", Access.READ, this::list)
        .patch(ONE, MANAGE, this::changeRole)
        // Everybody may leave; taking others away is asked for by the service.
        .delete(ONE, Access.READ, this::remove);
  }

  private Reply list(Call call) {
    return Reply.ok(Page.whole(members.list(call.member()).stream().map(Item::of).toList()));
  }

  private Reply changeRole(Call call) {
    String userId = call.path("userId");
    members.changeRole(call.member(), userId, Call.constant(Role.class, call.text("role")));
    return Reply.ok(
        members.list(call.member()).stream()
            .filter(member -> member.person().id().equals(userId))
            .map(Item::of)
            .findFirst()
            .orElseThrow(() -> ApiException.notFound("member")));
  }

  private Reply remove(Call call) {
    members.remove(call.member(), call.path("userId"));
    return Reply.none();
  }
}
