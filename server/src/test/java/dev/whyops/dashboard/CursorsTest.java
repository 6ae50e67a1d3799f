package dev.whyops.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whyops.http.ApiException;
import dev.whyops.project.ProjectId;
import dev.whyops.project.ProjectScope;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class CursorsTest {
  private static final ProjectScope A = new ProjectScope(new ProjectId("prj_A"));
  private static final ProjectScope B = new ProjectScope(new ProjectId("prj_B"));

  private final Cursors cursors = new Cursors(new byte[32]);

  @Test
  void givesBackThePlaceThatItSigned() {
    String cursor = cursors.sign(A, "traces", List.of("2026-01-01T00:00:00Z", "trc_ü"));
    assertThat(cursors.open(A, "traces", cursor, 2))
        .containsExactly("2026-01-01T00:00:00Z", "trc_ü");
  }

  @Test
  @DisplayName("DA-03 a cursor of another project, list, key or version is 400")
  void takesOnlyItsOwn() {
    String cursor = cursors.sign(A, "traces", List.of("x"));
    byte[] otherVersion = Base64.getUrlDecoder().decode(cursor);
    otherVersion[0] = 2;
    byte[] secret = new byte[32];
    secret[0] = 1;
    assertRefused(cursors, B, "traces", cursor);
    assertRefused(cursors, A, "agents", cursor);
    assertRefused(new Cursors(secret), A, "traces", cursor);
    assertRefused(cursors, A, "traces", Base64.getUrlEncoder().encodeToString(otherVersion));
    assertRefused(cursors, A, "traces", "%%%");
    assertRefused(cursors, A, "traces", "");
  }

  @Test
  @DisplayName("DA-03 a cursor with any bit changed is 400")
  void refusesEveryChangedBit() {
    byte[] bytes = Base64.getUrlDecoder().decode(cursors.sign(A, "traces", List.of("place")));
    for (int bit = 0; bit < bytes.length * 8; bit++) {
      byte[] forged = bytes.clone();
      forged[bit / 8] ^= (byte) (1 << (bit % 8));
      assertRefused(
          cursors, A, "traces", Base64.getUrlEncoder().withoutPadding().encodeToString(forged));
    }
  }

  private static void assertRefused(
      Cursors cursors, ProjectScope scope, String list, String cursor) {
    assertThatThrownBy(() -> cursors.open(scope, list, cursor, 1))
        .isInstanceOfSatisfying(
            ApiException.class, refusal -> assertThat(refusal.status()).isEqualTo(400));
  }
}
