/**
 * Where are secrets? Reading order: {@link dev.whyops.vault.Secret}, {@link
 * dev.whyops.vault.KeyFile}, {@link dev.whyops.vault.KeyRing}, {@link dev.whyops.vault.Keysets},
 * {@link dev.whyops.vault.Vault}.
 */
@NullMarked
package dev.whyops.vault;

import org.jspecify.annotations.NullMarked;
