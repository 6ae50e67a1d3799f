/**
 * What happens to a proxied call? Reading order: {@link dev.whyops.proxy.ProxyHandler}, {@link
 * dev.whyops.proxy.ProxyCall}, {@link dev.whyops.proxy.Relay}, {@link dev.whyops.proxy.Tap}, {@link
 * dev.whyops.proxy.Upstream}, {@link dev.whyops.proxy.OutboundGate}.
 */
@NullMarked
package dev.whyops.proxy;

import org.jspecify.annotations.NullMarked;
