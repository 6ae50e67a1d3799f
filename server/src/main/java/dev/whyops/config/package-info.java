/**
 * With which settings does it run? Reading order: {@link dev.whyops.config.Setting}, {@link
 * dev.whyops.config.SettingsReader}, {@link dev.whyops.config.Settings}.
 */
@NullMarked
package dev.whyops.config;

import org.jspecify.annotations.NullMarked;
