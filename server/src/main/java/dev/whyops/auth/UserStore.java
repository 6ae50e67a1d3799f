package dev.whyops.auth;

import dev.whyops.audit.AuditNote;
import dev.whyops.project.ProjectId;
import java.util.List;
import java.util.Optional;

/** Keeps people, their password hashes and their memberships. Thread-safe; may block. */
public interface UserStore {
  record Login(Person person, String passwordPhc) {}

  Optional<Login> byEmail(String email);

  Optional<Person> byId(String userId);

  /** People who own at least one project, oldest first. */
  List<Person> owners();

  /** Creates the person as owner of the project, unless somebody owns a project already. */
  boolean insertFirstOwner(Login login, ProjectId project, AuditNote note);

  /** Stores the hash and ends all sessions of the person. */
  void changePassword(String userId, String passwordPhc);

  void rename(String userId, String name);

  /** The person's projects, by name. */
  List<Membership> memberships(Person person);

  Optional<Membership> membership(Person person, ProjectId project);
}
