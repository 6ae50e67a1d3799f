package dev.whyops.dashboard;

import dev.whyops.auth.Permission;
import dev.whyops.auth.Role;
import dev.whyops.auth.Sessions;
import dev.whyops.auth.SignedIn;
import dev.whyops.http.ApiException;
import dev.whyops.tenancy.Invite;
import dev.whyops.tenancy.Invites;
import java.net.URI;
import java.time.Instant;
import java.util.function.Supplier;

/** One-time links into a project. The code rides in the fragment, which stays out of logs. */
final class InvitesApi {
  private static final Access MANAGE = new Access.InProject(Permission.MANAGE_MEMBERS);
  private static final String ALL = "/api/projects/{projectId}/invites";

  private final Invites invites;
  private final AuthApi auth;
  private final Supplier<URI> dashboardUrl;

  InvitesApi(Invites invites, AuthApi auth, Supplier<URI> dashboardUrl) {
    this.invites = invites;
    this.auth = auth;
    this.dashboardUrl = dashboardUrl;
  }

  record Item(String id, String role, String createdBy, Instant createdAt, Instant expiresAt) {
    static Item of(Invite invite) {
      return new Item(
          invite.id(),
          invite.role().wireName(),
          invite.createdBy(),
          invite.createdAt(),
          invite.expiresAt());
    }
  }

  record Created(Item invite, String link) {}

  record Preview(String projectName, String role) {}

  void addTo(RouteTable routes) {
    routes
        .post("/api/auth/invite/preview", Access.PUBLIC, this::preview)
        .post("/api/auth/invite", Access.PUBLIC, this::accept)
        .getForPeople(ALL, MANAGE, this::list)
        .post(ALL, MANAGE, this::create)
        .delete(ALL + "/{inviteId}", MANAGE, this::revoke);
  }

  private Reply preview(Call call) {
    Invites.Preview preview = invites.preview(call.text("code"));
    return Reply.ok(new Preview(preview.projectName(), preview.role().wireName()));
  }

  /** Joins the person who is signed in; anybody else makes an account first. */
  private Reply accept(Call call) {
    if (call.asker() instanceof Asker.Somebody(SignedIn signedIn) && !call.has("email")) {
      invites.accept(signedIn, call.text("code"));
      return Reply.ok(auth.me(signedIn));
    }
    if (!call.has("email") || !call.has("password") || !call.has("name")) {
      throw new ApiException(
          400,
          "validation_failed",
          "Sign in, or give the email, password and name of a new account.");
    }
    Sessions.Ticket ticket =
        invites.signUp(
            call.text("code"), call.text("email"), call.text("password"), call.text("name"));
    return Reply.ok(auth.me(ticket.signedIn())).withSession(ticket.token().reveal());
  }

  private Reply list(Call call) {
    return Reply.ok(Page.whole(invites.open(call.member()).stream().map(Item::of).toList()));
  }

  private Reply create(Call call) {
    Invites.Created created =
        invites.create(call.member(), Call.constant(Role.class, call.text("role")));
    String link = dashboardUrl.get() + "/invite#code=" + created.code().reveal();
    return Reply.created(new Created(Item.of(created.invite()), link));
  }

  private Reply revoke(Call call) {
    invites.revoke(call.member(), call.path("inviteId"));
    return Reply.none();
  }
}
