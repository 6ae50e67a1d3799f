package dev.whyops.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BodyBytesTest {
  @ParameterizedTest(name = "{0} bytes of which {1} were announced")
  @CsvSource({"0,0", "1,1", "100000,100000", "100000,0", "100000,99999", "5000,100000"})
  void givesWhatCame(int size, int announced) {
    byte[] sent = new byte[size];
    new Random(size).nextBytes(sent);
    BodyBytes body = new BodyBytes(announced);
    for (int at = 0; at < size; at += 777) {
      ByteBuf part = Unpooled.wrappedBuffer(sent, at, Math.min(777, size - at));
      body.append(part);
      assertThat(part.readableBytes()).as("the part is left as it was").isPositive();
    }
    assertThat(body.size()).isEqualTo(size);
    assertThat(body.take()).isEqualTo(sent);
    assertThat(body.size()).isZero();
    assertThat(body.take()).isEmpty();
  }
}
