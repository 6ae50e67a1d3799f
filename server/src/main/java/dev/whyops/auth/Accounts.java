package dev.whyops.auth;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.whyops.audit.AuditLog;
import dev.whyops.audit.AuditNote;
import dev.whyops.http.ApiException;
import dev.whyops.id.Ids;
import dev.whyops.id.Names;
import dev.whyops.project.ProjectId;
import dev.whyops.vault.Secret;
import java.net.InetAddress;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Setup, login and everything about one's own account. Answers never tell whether an account
 * exists. Thread-safe; may block, and hashing takes a good part of a second.
 */
public final class Accounts {
  static final int NAME_MAX = 100;

  private final UserStore users;
  private final Sessions sessions;
  private final Passwords passwords;
  private final SetupCodes codes;
  private final AuditLog audit;
  private final LoginThrottle throttle;
  private final ProjectId firstProject;
  private final Ids ids;
  private final Clock clock;

  /**
   * @param firstProject whose owner the first person becomes
   */
  public Accounts(
      UserStore users,
      Sessions sessions,
      Passwords passwords,
      SetupCodes codes,
      AuditLog audit,
      ProjectId firstProject,
      Ids ids,
      Clock clock,
      Ticker ticker) {
    this.users = users;
    this.sessions = sessions;
    this.passwords = passwords;
    this.codes = codes;
    this.audit = audit;
    this.throttle = new LoginThrottle(ticker);
    this.firstProject = firstProject;
    this.ids = ids;
    this.clock = clock;
  }

  /** Whether nobody owns a project yet, so that only setup is possible. */
  public boolean needsSetup() {
    return users.owners().isEmpty();
  }

  /**
   * A new one-time code for the operator: the first owner's setup while there is none, else a
   * password reset for the owner with this e-mail, or for the oldest one.
   */
  public Secret issueCode(Optional<String> email) {
    List<Person> owners = users.owners();
    if (owners.isEmpty()) {
      return codes.issue(null);
    }
    Person person =
        email
            .map(Emails::normal)
            .map(
                wanted ->
                    owners.stream()
                        .filter(owner -> owner.email().equalsIgnoreCase(wanted))
                        .findFirst()
                        .orElseThrow(() -> ApiException.notFound("owner")))
            .orElseGet(owners::getFirst);
    return codes.issue(person.id());
  }

  /**
   * Creates the first owner.
   *
   * @throws ApiException 400, 410 {@code code_used} also when an owner exists, 429
   */
  public Sessions.Ticket setup(String code, String email, String password, String name) {
    if (!needsSetup()) {
      throw SetupCodes.used();
    }
    SetupCodeStore.Row row = codes.check(code, false);
    UserStore.Login login = newLogin(email, password, name);
    codes.use(row);
    return sessions.start(insertFirstOwner(login));
  }

  /** The owner that the operator's settings name, on a first start only. */
  public void bootstrapOwner(String email, Secret password) {
    if (needsSetup()) {
      insertFirstOwner(newLogin(email, password.reveal(), email));
    }
  }

  /**
   * @param address the peer's, or what a trusted proxy says
   * @throws ApiException 401 {@code invalid_credentials}, 429 {@code too_many_attempts}, 503
   */
  public Sessions.Ticket login(String email, String password, InetAddress address) {
    String account = Emails.normal(email);
    throttle.admit(account, address);
    Optional<UserStore.Login> login = users.byEmail(account);
    boolean right;
    if (login.isPresent()) {
      right = passwords.matches(password, login.get().passwordPhc());
    } else {
      passwords.matchNothing(password);
      right = false;
    }
    if (!right) {
      throttle.failed(account, address);
      login.ifPresent(found -> noteEverywhere(found.person(), "login.failed"));
      throw new ApiException(401, "invalid_credentials", "E-mail or password is wrong.");
    }
    throttle.succeeded(account, address);
    Person person = login.orElseThrow().person();
    Sessions.Ticket ticket = sessions.start(person);
    noteEverywhere(person, "login.succeeded");
    return ticket;
  }

  public Optional<SignedIn> signedIn(String token) {
    return sessions.find(token);
  }

  public void logout(SignedIn signedIn) {
    sessions.end(signedIn);
    noteEverywhere(signedIn.person(), "logout");
  }

  /** Ends all sessions of the person and starts a new one. */
  public Sessions.Ticket changePassword(
      SignedIn signedIn, String oldPassword, String newPassword, InetAddress address) {
    Person person = signedIn.person();
    throttle.admit(person.email(), address);
    UserStore.Login login =
        users.byEmail(person.email()).orElseThrow(() -> ApiException.notFound("account"));
    if (!passwords.matches(oldPassword, login.passwordPhc())) {
      throttle.failed(person.email(), address);
      throw new ApiException(401, "invalid_credentials", "The old password is wrong.");
    }
    users.changePassword(person.id(), passwords.hash(newPassword));
    noteEverywhere(person, "password.changed");
    return sessions.start(person);
  }

  /** Uses up a reset code that {@link #issueCode} made. */
  public Sessions.Ticket resetPassword(String code, String newPassword) {
    SetupCodeStore.Row row = codes.check(code, true);
    Person person =
        Optional.ofNullable(row.userId())
            .flatMap(users::byId)
            .orElseThrow(() -> ApiException.notFound("account"));
    String phc = passwords.hash(newPassword);
    codes.use(row);
    users.changePassword(person.id(), phc);
    noteEverywhere(person, "password.reset");
    return sessions.start(person);
  }

  /** The person's projects, by name. */
  public List<Membership> memberships(SignedIn signedIn) {
    return users.memberships(signedIn.person());
  }

  /** The person inside this project; empty when it is not theirs or does not exist. */
  public Optional<Membership> membership(SignedIn signedIn, ProjectId project) {
    return users.membership(signedIn.person(), project);
  }

  /** Makes a login, hands it to {@code join} to be stored, and signs the person in. */
  public Sessions.Ticket signUp(
      String email, String password, String name, Function<UserStore.Login, Membership> join) {
    return sessions.start(join.apply(newLogin(email, password, name)).person());
  }

  private UserStore.Login newLogin(String email, String password, String name) {
    Names.check("name", name, NAME_MAX);
    Person person =
        new Person(ids.next("usr_"), Emails.normal(email), name.strip(), clock.instant());
    return new UserStore.Login(person, passwords.hash(password));
  }

  private Person insertFirstOwner(UserStore.Login login) {
    Person person = login.person();
    AuditNote note =
        new AuditNote(person.id(), person.email(), "owner.created", person.id(), Map.of());
    if (!users.insertFirstOwner(login, firstProject, note)) {
      throw SetupCodes.used();
    }
    return person;
  }

  /** A login concerns every project that the person can see. */
  private void noteEverywhere(Person person, String action) {
    for (Membership membership : users.memberships(person)) {
      audit.append(membership.scope(), membership.note(action, person.id()));
    }
  }
}
