package dev.whyops.config;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * Every setting of the server: one line per key. The same key, in lower case with dashes, is the
 * flag ({@code --data-dir}), the name in the config file ({@code data-dir = …}) and, in upper case
 * with {@code WHYOPS_} before it, the environment variable ({@code WHYOPS_DATA_DIR}).
 */
public enum Setting {
  HOST("127.0.0.1", "address that both listeners bind"),
  PORT("8080", "port of the gateway, which applications call"),
  DASHBOARD_PORT("8081", "port of the dashboard, which people open"),
  DATA_DIR("./data", "folder of the embedded stores and the journal"),
  SECRET_KEY_FILE("", "file with the 256-bit key that wraps all others (default: beside the data)"),
  DATABASE_URL("", "control plane in PostgreSQL, postgresql://… (default: embedded SQLite)"),
  EVENTS_URL("", "kept for ClickHouse, which is not built yet: any value stops the start"),
  PUBLIC_URL("", "the dashboard as people reach it, when that is not the listener itself"),
  PUBLIC_GATEWAY_URL("", "the gateway as applications reach it"),
  TLS_CERT_FILE("", "PEM certificate chain; with it both listeners speak HTTPS"),
  TLS_KEY_FILE("", "PEM private key of the certificate"),
  TRUSTED_PROXIES("", "CIDRs whose X-Forwarded-For counts"),
  EGRESS_ALLOW("", "CIDRs of private networks that providers may live in"),
  BOOTSTRAP_EMAIL("", "first start: e-mail of the owner"),
  BOOTSTRAP_PASSWORD("", "first start: password of the owner"),
  BOOTSTRAP_API_KEY("", "first start: an API key of project default, environment PRODUCTION"),
  BOOTSTRAP_OPENAI_API_KEY("", "first start: credential of provider openai"),
  BOOTSTRAP_OPENAI_BASE_URL("https://api.openai.com/v1", "first start: its base URL"),
  BOOTSTRAP_ANTHROPIC_API_KEY("", "first start: credential of provider anthropic"),
  BOOTSTRAP_ANTHROPIC_BASE_URL("https://api.anthropic.com", "first start: its base URL"),
  JOURNAL_SYNC("group", "when the journal is synced: group, interval-50ms or none"),
  JOURNAL_MAX_BYTES("21474836480", "high-water mark of the journal; above it ingest answers 503"),
  TRACE_IDLE("30s", "a trace closes after this time without event or running call"),
  SHUTDOWN_GRACE("30s", "how long running streams may go on after a stop signal");

  private final String defaultValue;
  private final String description;

  Setting(String defaultValue, String description) {
    this.defaultValue = defaultValue;
    this.description = description;
  }

  /** Name in flags and config files. */
  public String key() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Name in the environment. */
  public String variable() {
    return "WHYOPS_" + name();
  }

  public String defaultValue() {
    return defaultValue;
  }

  public String description() {
    return description;
  }

  static Optional<Setting> ofKey(String key) {
    return Arrays.stream(values()).filter(s -> s.key().equals(key)).findFirst();
  }

  static Optional<Setting> ofVariable(String variable) {
    return Arrays.stream(values()).filter(s -> s.variable().equals(variable)).findFirst();
  }
}
