package dev.whyops.gateway;

import dev.whyops.auth.ApiKeys;
import dev.whyops.id.Ids;
import dev.whyops.intake.Intake;
import dev.whyops.limit.FairShare;
import dev.whyops.limit.HeapGate;
import dev.whyops.limit.JunkKeys;
import dev.whyops.proxy.ProxyHandler;
import java.time.Clock;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;

/**
 * What all connections share.
 *
 * @param bodies those of requests to our own endpoints, in bytes
 * @param reading what those bodies become while they are read
 * @param blocking runs what may block, one virtual thread each
 * @param ready whether the process may take traffic
 */
record Shared(
    GatewayConfig config,
    GatewayRoutes routes,
    ApiKeys keys,
    ProxyHandler proxy,
    Intake intake,
    JunkKeys junkKeys,
    FairShare bodies,
    HeapGate reading,
    Ids ids,
    Clock clock,
    Executor blocking,
    BooleanSupplier ready) {}
