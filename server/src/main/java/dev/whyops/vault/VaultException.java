package dev.whyops.vault;

/** A secret cannot be sealed or opened, or the key file cannot be used. The message is safe. */
public final class VaultException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public VaultException(String message) {
    super(message);
  }
}
