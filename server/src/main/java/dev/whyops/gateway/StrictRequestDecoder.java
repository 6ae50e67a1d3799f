package dev.whyops.gateway;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequestDecoder;

/** Netty's decoder with everything refused that two servers might read differently. */
final class StrictRequestDecoder extends HttpRequestDecoder {
  private final Patience patience;

  StrictRequestDecoder(HttpLimits limits, Patience patience) {
    super(
        new HttpDecoderConfig()
            .setMaxInitialLineLength(limits.requestLineMax())
            .setMaxHeaderSize(limits.headMax())
            .setMaxChunkSize(64 * 1024)
            .setValidateHeaders(true)
            .setAllowDuplicateContentLengths(false)
            .setStrictLineParsing(true)
            .setUseRfc9112TransferEncoding(true));
    this.patience = patience;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
    patience.bytesArrived(System.nanoTime());
    super.channelRead(context, message);
  }

  @Override
  protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
    throw new IllegalArgumentException("both Content-Length and Transfer-Encoding");
  }
}
