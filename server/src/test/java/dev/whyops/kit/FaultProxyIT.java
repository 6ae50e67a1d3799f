package dev.whyops.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each fault must really happen, or the tests that use it prove nothing. */
class FaultProxyIT {
  private static final byte[] DATA = data();
  private ServerSocket echo;
  private FaultProxy proxy;

  /** A server that sends 1,000 bytes and then echoes. */
  @BeforeEach
  void start() throws IOException {
    echo = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual()
        .start(
            () -> {
              while (!echo.isClosed()) {
                try {
                  Socket socket = echo.accept();
                  Thread.ofVirtual().start(() -> serve(socket));
                } catch (IOException e) {
                  return;
                }
              }
            });
    proxy = FaultProxy.to(echo.getLocalPort(), 42);
  }

  @AfterEach
  void stop() throws IOException {
    proxy.close();
    echo.close();
  }

  @Test
  void letsEverythingThroughWithoutAScript() throws Exception {
    assertThat(receive("")).isEqualTo(DATA);
    assertThat(receive("slice(1)")).isEqualTo(DATA);
    assertThat(proxy.bytesDown()).isEqualTo(2_000);
  }

  @Test
  void endsCleanlyOrBrokenAtTheByte() throws Exception {
    assertThat(receive("fin(300)")).isEqualTo(Arrays.copyOf(DATA, 300));
    assertThat(receive("truncate(300)")).isEqualTo(Arrays.copyOf(DATA, 300));
    assertThat(receive("half-close(10)")).isEqualTo(Arrays.copyOf(DATA, 10));
    assertThatThrownBy(() -> receive("rst(300)")).isInstanceOf(SocketException.class);
  }

  @Test
  void goesSilent() {
    for (String words : new String[] {"hang(300)", "stop-reading(300)", "blackhole()"}) {
      assertThatThrownBy(() -> receive(words)).isInstanceOf(SocketTimeoutException.class);
    }
  }

  @Test
  void damagesBytesTheSameWayForTheSameSeed() throws Exception {
    byte[] flipped = receive("flip-bits(50)");
    assertThat(flipped).hasSize(1_000).isNotEqualTo(DATA);
    assertThat(receive("garbage(100,7)")).hasSize(1_007).startsWith(Arrays.copyOf(DATA, 100));
    byte[] doubled = receive("slice(100) dup(100,40)");
    assertThat(doubled).hasSize(1_040).endsWith(Arrays.copyOfRange(DATA, 100, 1_000));
    try (FaultProxy same = FaultProxy.to(echo.getLocalPort(), 42)) {
      same.next("flip-bits(50)");
      assertThat(read(same)).isEqualTo(flipped);
    }
  }

  @Test
  void slowsDown() throws Exception {
    long started = System.nanoTime();
    assertThat(receive("latency(100,1)")).isEqualTo(DATA);
    assertThat(receive("slice(100) throttle(5000)")).isEqualTo(DATA);
    assertThat((System.nanoTime() - started) / 1_000_000).isGreaterThan(280);
  }

  @Test
  void worksOnTheWayUpToo() throws Exception {
    proxy.next("up:truncate(3)");
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), proxy.port())) {
      socket.getInputStream().readNBytes(1_000);
      socket.getOutputStream().write(new byte[] {1, 2, 3, 4, 5});
      socket.shutdownOutput();
      assertThat(socket.getInputStream().readAllBytes()).containsExactly(1, 2, 3);
    }
  }

  private byte[] receive(String words) throws IOException {
    proxy.next(words);
    return read(proxy);
  }

  private static byte[] read(FaultProxy through) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), through.port())) {
      socket.setSoTimeout(300);
      socket.shutdownOutput();
      return socket.getInputStream().readAllBytes();
    }
  }

  private static void serve(Socket socket) {
    try (socket) {
      socket.getOutputStream().write(DATA);
      InputStream in = socket.getInputStream();
      in.transferTo(socket.getOutputStream());
    } catch (IOException e) {
      // The fault reached us.
    }
  }

  private static byte[] data() {
    byte[] data = new byte[1_000];
    for (int i = 0; i < data.length; i++) {
      data[i] = (byte) i;
    }
    return data;
  }
}
