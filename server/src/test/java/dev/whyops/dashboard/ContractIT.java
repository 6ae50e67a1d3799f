package dev.whyops.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The document and the routes are one: RouteCoverageTest of the matrices builds on this. */
class ContractIT {
  @TempDir Path folder;

  @Test
  void everyServedOperationIsARouteAndEveryRouteAnOperation() {
    try (DashboardRig rig = new DashboardRig(folder)) {
      Set<String> described =
          ApiContract.load().operations().stream()
              .filter(ApiContract.Operation::served)
              .map(o -> o.method() + " " + o.path() + " " + o.permission() + " " + o.readKey())
              .collect(Collectors.toCollection(TreeSet::new));
      Set<String> served =
          rig.server.routes().routes().stream()
              .map(
                  r ->
                      r.method() + " " + r.path() + " " + r.access().wireName() + " " + r.readKey())
              .collect(Collectors.toCollection(TreeSet::new));
      assertThat(served).isEqualTo(described);
    }
  }
}
