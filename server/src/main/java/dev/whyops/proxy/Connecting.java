package dev.whyops.proxy;

import dev.whyops.http.ApiException;
import dev.whyops.project.ProjectId;
import dev.whyops.route.ProviderRef;
import io.netty.channel.Channel;
import java.time.Duration;

/** Finds a connection to a provider: an idle one of the loop, else a new one. */
final class Connecting {
  /** Told on the loop, at once or later. */
  interface Outcome {
    /**
     * @return false when nobody needs the connection any more
     */
    boolean connected(Upstream upstream, String basePath);

    void failed(ApiException failure);
  }

  private Connecting() {}

  static void start(
      Lane lane,
      OutboundGate gate,
      ProviderRef to,
      ProjectId project,
      GatewayCounters counters,
      Outcome outcome) {
    switch (lane.judge(gate, to.baseUrl())) {
      case EgressPolicy.Verdict.Refused r -> outcome.failed(ProviderFailures.refusedByPolicy());
      case EgressPolicy.Verdict.Allowed(Origin origin, String basePath) -> {
        Upstream idle = lane.takeIdle(origin);
        if (idle != null) {
          counters.upstreamReuses.increment();
          outcome.connected(idle, basePath);
        } else if (!lane.beginConnect(origin, project)) {
          outcome.failed(ProviderFailures.unreachable("Too many connections to it are opening."));
        } else {
          counters.upstreamConnects.increment();
          open(lane, gate, origin, project, basePath, to.timeouts().connect(), outcome);
        }
      }
    }
  }

  private static void open(
      Lane lane,
      OutboundGate gate,
      Origin origin,
      ProjectId project,
      String basePath,
      Duration limit,
      Outcome outcome) {
    Upstream fresh = new Upstream(lane, origin);
    OutboundGate.Opening opening =
        new OutboundGate.Opening() {
          @Override
          public void opened(Channel channel) {
            lane.endConnect(origin, project);
            if (!outcome.connected(fresh, basePath)) {
              channel.close();
            }
          }

          @Override
          public void failed(ApiException failure) {
            lane.endConnect(origin, project);
            outcome.failed(failure);
          }
        };
    gate.connect(lane.loop(), origin, limit, fresh, opening);
  }
}
