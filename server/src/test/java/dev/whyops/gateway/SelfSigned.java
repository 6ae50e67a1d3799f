package dev.whyops.gateway;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** A TLS server whose certificate nobody trusts. */
final class SelfSigned {
  private SelfSigned() {}

  static ServerSocket listen() throws Exception {
    Path folder = Files.createTempDirectory("whyops-tls");
    Path store = folder.resolve("store.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "a",
                "-keyalg",
                "EC",
                "-dname",
                "CN=127.0.0.1",
                "-ext",
                "san=ip:127.0.0.1",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                "changeit")
            .redirectErrorStream(true)
            .start();
    keytool.getInputStream().readAllBytes();
    keytool.waitFor();
    KeyStore keys = KeyStore.getInstance(store.toFile(), "changeit".toCharArray());
    Files.delete(store);
    Files.delete(folder);
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, "changeit".toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    ServerSocket server =
        context
            .getServerSocketFactory()
            .createServerSocket(0, 16, InetAddress.getByName("127.0.0.1"));
    Thread.ofVirtual().start(() -> serve(server));
    return server;
  }

  private static void serve(ServerSocket server) {
    while (!server.isClosed()) {
      try (SSLSocket socket = (SSLSocket) server.accept()) {
        socket.startHandshake();
        socket.getInputStream().read();
      } catch (IOException e) {
        // The gateway refuses the certificate; that is the test.
      }
    }
  }
}
