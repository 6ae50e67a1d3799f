package dev.whyops.dashboard;

/**
 * One operation of the listener.
 *
 * @param path with {@code {names}} for parameters, as in the contract
 * @param access what it asks of the one who calls
 * @param readKey an API key of scope {@code read} may use it too
 */
public record Route(String method, String path, Access access, boolean readKey, Handler handler) {}
