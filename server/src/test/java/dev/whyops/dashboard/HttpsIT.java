package dev.whyops.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The listener with a certificate of its own. */
class HttpsIT {
  private static final char[] PASSWORD = "changeit".toCharArray();

  @TempDir Path folder;

  @Test
  void speaksHttpsWithStrictCookiesAndTakesANewCertificate() throws Exception {
    Path certificate = folder.resolve("certificate.pem");
    Path key = folder.resolve("key.pem");
    Certificate first = write(certificate, key);
    Tls tls = Tls.ofPem(certificate, key);
    try (DashboardRig rig =
        new DashboardRig(
            folder,
            Map.of(
                "WHYOPS_BOOTSTRAP_EMAIL", DashboardRig.OWNER,
                "WHYOPS_BOOTSTRAP_PASSWORD", DashboardRig.PASSWORD),
            tls)) {
      HttpResponse<String> answer = logIn(rig.server.port(), first);
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.headers().firstValue("Set-Cookie").orElseThrow())
          .startsWith("__Host-whyops_session=")
          .contains("Secure")
          .contains("Path=/");
      assertThat(answer.headers().firstValue("Strict-Transport-Security")).isPresent();
      assertThat(rig.server.url().getScheme()).isEqualTo("https");

      Certificate second = write(certificate, key);
      Files.setLastModifiedTime(certificate, FileTime.fromMillis(1));
      Files.setLastModifiedTime(key, FileTime.fromMillis(2));
      tls.reloadIfChanged();
      assertThat(logIn(rig.server.port(), second).statusCode()).isEqualTo(200);

      Files.writeString(certificate, "broken");
      tls.reloadIfChanged();
      assertThat(logIn(rig.server.port(), second).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void refusesFilesThatItCannotRead() throws Exception {
    Path certificate = Files.writeString(folder.resolve("c.pem"), "no certificate");
    Path key = Files.writeString(folder.resolve("k.pem"), "no key");
    assertThatThrownBy(() -> Tls.ofPem(certificate, key)).hasMessageContaining("PKCS #8");
  }

  private static HttpResponse<String> logIn(int port, Certificate trusted) throws Exception {
    KeyStore trust = KeyStore.getInstance("PKCS12");
    trust.load(null, null);
    trust.setCertificateEntry("server", trusted);
    TrustManagerFactory managers =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    managers.init(trust);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, managers.getTrustManagers(), null);
    try (HttpClient client = HttpClient.newBuilder().sslContext(context).build()) {
      return client.send(
          HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port + "/api/auth/login"))
              .header("Content-Type", "application/json")
              .header("Origin", "https://127.0.0.1:" + port)
              .POST(
                  HttpRequest.BodyPublishers.ofString(
                      "{\"email\":\"%s\",\"password\":\"%s\"}"
                          .formatted(DashboardRig.OWNER, DashboardRig.PASSWORD)))
              .build(),
          HttpResponse.BodyHandlers.ofString());
    }
  }

  /** A new self-signed pair for 127.0.0.1. */
  private Certificate write(Path certificate, Path key) throws Exception {
    Path store = Files.createTempDirectory(folder, "keys").resolve("store.p12");
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
                new String(PASSWORD))
            .redirectErrorStream(true)
            .start();
    keytool.getInputStream().readAllBytes();
    assertThat(keytool.waitFor()).isZero();
    KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD);
    X509Certificate made = (X509Certificate) keys.getCertificate("a");
    pem(certificate, "CERTIFICATE", made.getEncoded());
    pem(key, "PRIVATE KEY", keys.getKey("a", PASSWORD).getEncoded());
    return made;
  }

  private static void pem(Path file, String kind, byte[] der) throws Exception {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    Files.writeString(
        file, "-----BEGIN " + kind + "-----\n" + body + "\n-----END " + kind + "-----\n");
  }
}
