package dev.whyops.dashboard;

import dev.whyops.auth.Accounts;
import java.net.URI;
import java.util.List;
import java.util.function.Supplier;

/** What a page needs to know before anybody signed in, and the contract itself. */
final class ConfigApi {
  private final Accounts accounts;
  private final ApiContract contract;
  private final Supplier<URI> gatewayUrl;
  private final Supplier<URI> dashboardUrl;
  private final String version;

  ConfigApi(
      Accounts accounts,
      ApiContract contract,
      Supplier<URI> gatewayUrl,
      Supplier<URI> dashboardUrl,
      String version) {
    this.accounts = accounts;
    this.contract = contract;
    this.gatewayUrl = gatewayUrl;
    this.dashboardUrl = dashboardUrl;
    this.version = version;
  }

  /**
   * What a page starts from.
   *
   * @param served operations that work; pages of others stay hidden
   */
  record Config(
      String version,
      String gatewayUrl,
      String dashboardUrl,
      boolean setupNeeded,
      List<String> served) {}

  void addTo(RouteTable routes) {
    routes
        .get("/api/config", Access.PUBLIC, this::config)
        .get("/api/openapi.json", Access.PUBLIC, this::document);
  }

  private Reply config(Call call) {
    return Reply.ok(
        new Config(
            version,
            gatewayUrl.get().toString(),
            dashboardUrl.get().toString(),
            accounts.needsSetup(),
            contract.operations().stream()
                .filter(ApiContract.Operation::served)
                .map(ApiContract.Operation::id)
                .toList()));
  }

  private Reply document(Call call) {
    return Reply.bytes("application/json", contract.document());
  }
}
