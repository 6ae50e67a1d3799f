package dev.whyops.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ListenerTlsIT {
  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path folder;

  @Test
  void readsTheFilesAgainWhenTheyChangeAndKeepsTheOldWhenTheNewIsBad() throws Exception {
    Path cert = folder.resolve("cert.pem");
    Path key = folder.resolve("key.pem");
    SelfSigned.writePem(cert, key);
    ListenerTls tls = new ListenerTls(cert, key);
    var first = tls.context();
    tls.reload(System.nanoTime() + 10_000_000_000L);
    assertThat(tls.context()).isSameAs(first);
    Thread.sleep(20);
    SelfSigned.writePem(cert, key);
    tls.reload(System.nanoTime() + 20_000_000_000L);
    var second = tls.context();
    assertThat(second).isNotSameAs(first);
    Thread.sleep(20);
    Files.writeString(cert, "not a certificate");
    tls.reload(System.nanoTime() + 30_000_000_000L);
    assertThat(tls.context()).isSameAs(second);
    assertThatThrownBy(() -> new ListenerTls(cert, key)).isInstanceOf(IOException.class);
  }
}
