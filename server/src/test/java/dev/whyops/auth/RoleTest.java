package dev.whyops.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The roles of the specification, written out once more by hand. */
class RoleTest {
  @Test
  void eachRoleMayWhatIsWritten() {
    Set<Permission> viewer = EnumSet.of(Permission.READ);
    Set<Permission> member = EnumSet.copyOf(viewer);
    member.addAll(EnumSet.of(Permission.ANALYSE, Permission.CREATE_API_KEYS));
    Set<Permission> admin = EnumSet.copyOf(member);
    admin.addAll(
        EnumSet.of(
            Permission.MANAGE_PROVIDERS,
            Permission.MANAGE_API_KEYS,
            Permission.MANAGE_MEMBERS,
            Permission.MANAGE_SETTINGS,
            Permission.DELETE_TRACES,
            Permission.READ_AUDIT));
    assertThat(granted(Role.VIEWER)).isEqualTo(viewer);
    assertThat(granted(Role.MEMBER)).isEqualTo(member);
    assertThat(granted(Role.ADMIN)).isEqualTo(admin);
    assertThat(granted(Role.OWNER)).isEqualTo(EnumSet.allOf(Permission.class));
  }

  @Test
  void wireNamesGoBothWays() {
    for (Role role : Role.values()) {
      assertThat(Role.ofWireName(role.wireName())).contains(role);
    }
    assertThat(Role.ofWireName("OWNER")).isEmpty();
  }

  @Test
  void rolesAreRanks() {
    assertThat(Role.ADMIN.atLeast(Role.MEMBER)).isTrue();
    assertThat(Role.ADMIN.atLeast(Role.ADMIN)).isTrue();
    assertThat(Role.ADMIN.atLeast(Role.OWNER)).isFalse();
  }

  private static Set<Permission> granted(Role role) {
    return EnumSet.allOf(Permission.class).stream().filter(role::may).collect(Collectors.toSet());
  }
}
