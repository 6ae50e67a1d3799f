package dev.whyops.tenancy;

import dev.whyops.audit.AuditNote;
import dev.whyops.auth.Role;
import dev.whyops.project.ProjectScope;
import java.util.List;
import java.util.Optional;

/** Keeps who belongs to which project. Thread-safe; may block. */
public interface MemberStore {
  /** What became of a change. */
  enum Change {
    DONE,
    UNKNOWN,
    /** Refused: a project always has an owner. */
    LAST_OWNER
  }

  /** By the time they joined. */
  List<Member> list(ProjectScope scope);

  Optional<Member> find(ProjectScope scope, String userId);

  /** Changes the role and ends the person's sessions, in one transaction. */
  Change changeRole(ProjectScope scope, String userId, Role role, AuditNote note);

  /** Removes the member and ends the person's sessions and keys, in one transaction. */
  Change remove(ProjectScope scope, String userId, AuditNote note);
}
