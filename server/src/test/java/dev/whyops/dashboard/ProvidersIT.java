package dev.whyops.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.dashboard.Client.Answer;
import dev.whyops.route.ProviderProbe;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What testing a provider tells, and how often. */
class ProvidersIT {
  @TempDir private Path folder;

  @Test
  @DisplayName("PX-52 ten provider tests a minute, then 429; the answers are one of five words")
  void px52NoPortScan() {
    try (DashboardRig rig = new DashboardRig(folder)) {
      Client client = rig.client(rig.logIn());
      Answer created =
          client.post(
              "/api/providers",
              "{\"name\":\"Main\",\"slug\":\"main\",\"type\":\"openai\",\"apiKey\":\"sk-secret\","
                  + "\"baseUrl\":\"https://api.openai.com/v1\"}");
      String path = "/api/providers/" + created.json().get("id").asString() + "/test";
      rig.probeResult.set(ProviderProbe.Result.UNREACHABLE);
      List<Integer> statuses = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        Answer answer = client.send("POST", path, null);
        statuses.add(answer.status());
        if (answer.status() == 200) {
          assertThat(answer.text()).isEqualTo("{\"result\":\"unreachable\"}");
        } else {
          assertThat(answer.code()).isEqualTo("too_many_requests");
          assertThat(answer.header("Retry-After")).isEqualTo("6");
        }
      }
      assertThat(statuses.subList(0, 10)).containsOnly(200);
      // Two more may have come due while the hundred ran.
      assertThat(statuses.stream().filter(status -> status == 200).count()).isBetween(10L, 13L);
      assertThat(statuses).contains(429);
    }
  }
}
