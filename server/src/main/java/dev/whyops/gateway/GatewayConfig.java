package dev.whyops.gateway;

/**
 * Settings of the gateway listener.
 *
 * @param port 0 takes a free one
 * @param dashboardUrl told to a browser that opens the gateway
 */
public record GatewayConfig(String host, int port, String dashboardUrl, HttpLimits limits) {}
