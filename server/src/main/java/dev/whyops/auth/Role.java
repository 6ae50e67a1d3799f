package dev.whyops.auth;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What a member of a project is; later ones may do all that earlier ones may. */
public enum Role {
  VIEWER(EnumSet.of(Permission.READ)),
  MEMBER(EnumSet.of(Permission.ANALYSE, Permission.CREATE_API_KEYS)),
  ADMIN(
      EnumSet.of(
          Permission.MANAGE_PROVIDERS,
          Permission.MANAGE_API_KEYS,
          Permission.MANAGE_MEMBERS,
          Permission.MANAGE_SETTINGS,
          Permission.DELETE_TRACES,
          Permission.READ_AUDIT)),
  OWNER(EnumSet.of(Permission.MANAGE_OWNERS, Permission.DELETE_PROJECT));

  private final Set<Permission> added;

  Role(Set<Permission> added) {
    this.added = added;
  }

  public boolean may(Permission permission) {
    for (Role role : values()) {
      if (role.ordinal() <= ordinal() && role.added.contains(permission)) {
        return true;
      }
    }
    return false;
  }

  public boolean atLeast(Role other) {
    return ordinal() >= other.ordinal();
  }

  /** As the API writes it: {@code viewer}, {@code member}, {@code admin}, {@code owner}. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Optional<Role> ofWireName(String name) {
    for (Role role : values()) {
      if (role.wireName().equals(name)) {
        return Optional.of(role);
      }
    }
    return Optional.empty();
  }
}
