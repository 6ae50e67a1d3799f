/**
 * What does the dashboard ask? Reading order: {@link dev.whyops.dashboard.DashboardServer}, {@link
 * dev.whyops.dashboard.RouteTable}, {@link dev.whyops.dashboard.Gate}, {@link
 * dev.whyops.dashboard.Call}, then one {@code …Api} per resource.
 */
@NullMarked
package dev.whyops.dashboard;

import org.jspecify.annotations.NullMarked;
