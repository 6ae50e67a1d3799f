/**
 * How do bytes enter and leave the gateway listener? Reading order: {@link
 * dev.whyops.gateway.GatewayServer}, {@link dev.whyops.gateway.GatewayRoutes}, {@link
 * dev.whyops.gateway.ClientConnection}, {@link dev.whyops.gateway.HttpLimits}.
 */
@NullMarked
package dev.whyops.gateway;

import org.jspecify.annotations.NullMarked;
