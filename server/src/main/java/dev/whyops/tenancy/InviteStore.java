package dev.whyops.tenancy;

import dev.whyops.audit.AuditNote;
import dev.whyops.auth.Membership;
import dev.whyops.auth.Person;
import dev.whyops.auth.UserStore;
import dev.whyops.project.Project;
import dev.whyops.project.ProjectScope;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Keeps invitations by the hash of their code. Thread-safe; may block. */
public interface InviteStore {
  record Found(Invite invite, Project project) {}

  void insert(ProjectScope scope, Invite invite, String sha256, AuditNote note);

  /** Unused ones that are valid at {@code now}, newest first. */
  List<Invite> open(ProjectScope scope, Instant now);

  /** False when there is no such unused invitation. */
  boolean revoke(ProjectScope scope, String inviteId, AuditNote note);

  /** An unused invitation, valid at {@code now}. */
  Optional<Found> byHash(String sha256, Instant now);

  /**
   * Uses the invitation up and makes the person a member, in one transaction. Empty when it was
   * used meanwhile, or when the person is a member already; an invitation never changes a role.
   */
  Optional<Membership> accept(String inviteId, Person person, Instant now);

  /** As {@link #accept}, with a new account. Empty also when the e-mail has one. */
  Optional<Membership> signUp(String inviteId, UserStore.Login login, Instant now);
}
