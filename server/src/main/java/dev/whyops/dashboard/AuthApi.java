package dev.whyops.dashboard;

import dev.whyops.auth.Accounts;
import dev.whyops.auth.Caller;
import dev.whyops.auth.Membership;
import dev.whyops.auth.Person;
import dev.whyops.auth.Sessions;
import dev.whyops.auth.SignedIn;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Setup, login, and who one is. */
final class AuthApi {
  private final Accounts accounts;

  AuthApi(Accounts accounts) {
    this.accounts = accounts;
  }

  /** A person as others of the project may see them. */
  record User(String id, String email, String name) {
    static User of(Person person) {
      return new User(person.id(), person.email(), person.name());
    }
  }

  /**
   * A project of the one who asks.
   *
   * @param role null for an API key
   */
  record Place(String id, String name, @Nullable String role) {}

  /**
   * Who asks.
   *
   * @param user null for an API key
   */
  record Me(@Nullable User user, List<Place> projects) {}

  void addTo(RouteTable routes) {
    routes
        .post("/api/auth/setup", Access.PUBLIC, this::setUp)
        .post("/api/auth/login", Access.PUBLIC, this::logIn)
        .post("/api/auth/reset", Access.PUBLIC, this::reset)
        .post("/api/auth/logout", Access.SIGNED_IN, this::logOut)
        .post("/api/auth/password", Access.SIGNED_IN, this::changePassword)
        .get("/api/me", Access.SIGNED_IN, this::me);
  }

  private Reply setUp(Call call) {
    Sessions.Ticket ticket =
        accounts.setup(
            call.text("code"), call.text("email"), call.text("password"), call.text("name"));
    return Reply.created(me(ticket.signedIn())).withSession(ticket.token().reveal());
  }

  private Reply logIn(Call call) {
    Sessions.Ticket ticket =
        accounts.login(call.text("email"), call.text("password"), call.address());
    return started(ticket);
  }

  private Reply reset(Call call) {
    return started(accounts.resetPassword(call.text("code"), call.text("password")));
  }

  private Reply logOut(Call call) {
    accounts.logout(call.signedIn());
    return Reply.none().withSession(null);
  }

  private Reply changePassword(Call call) {
    Sessions.Ticket ticket =
        accounts.changePassword(
            call.signedIn(),
            call.text("currentPassword"),
            call.text("newPassword"),
            call.address());
    return Reply.none().withSession(ticket.token().reveal());
  }

  private Reply me(Call call) {
    return switch (call.asker()) {
      case Asker.Somebody(SignedIn signedIn) -> Reply.ok(me(signedIn));
      case Asker.Key(Caller caller) ->
          Reply.ok(
              new Me(
                  null, List.of(new Place(caller.project().value(), caller.projectName(), null))));
      case Asker.Nobody _ -> throw new IllegalStateException("the gate lets nobody here");
    };
  }

  private Reply started(Sessions.Ticket ticket) {
    return Reply.ok(me(ticket.signedIn())).withSession(ticket.token().reveal());
  }

  Me me(SignedIn signedIn) {
    return new Me(
        User.of(signedIn.person()),
        accounts.memberships(signedIn).stream().map(this::place).toList());
  }

  private Place place(Membership membership) {
    return new Place(
        membership.project().value(), membership.projectName(), membership.role().wireName());
  }
}
