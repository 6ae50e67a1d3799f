package dev.whyops.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.List;

/** Netty's decoder with everything refused that two servers might read differently. */
final class StrictRequestDecoder extends HttpRequestDecoder {
  private final Patience patience;
  private boolean inHead = true;
  private boolean requestLineSeen;
  private boolean refused;

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
  protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out)
      throws Exception {
    if (refused || inHead && hasFoldedLine(in)) {
      in.skipBytes(in.readableBytes());
      refuse(out);
      return;
    }
    int before = out.size();
    super.decode(context, in, out);
    for (int i = before; i < out.size(); i++) {
      if (out.get(i) instanceof LastHttpContent) {
        inHead = true;
        requestLineSeen = false;
      } else if (out.get(i) instanceof HttpRequest) {
        inHead = false;
      }
    }
  }

  /** The decoder takes whole lines, so that reading always starts at the start of one. */
  private boolean hasFoldedLine(ByteBuf in) {
    int end = in.writerIndex();
    int at = in.readerIndex();
    while (at < end) {
      byte first = in.getByte(at);
      if (first == ' ' || first == '\t') {
        return true;
      }
      int newline = in.indexOf(at, end, (byte) '\n');
      boolean emptyLine = first == '\r' && newline == at + 1;
      if (newline < 0 || emptyLine && requestLineSeen) {
        return false;
      }
      requestLineSeen |= !emptyLine;
      at = newline + 1;
    }
    return false;
  }

  private void refuse(List<Object> out) {
    if (!refused) {
      refused = true;
      HttpRequest invalid = new DefaultHttpRequest(HttpVersion.HTTP_1_0, HttpMethod.GET, "/bad");
      invalid.setDecoderResult(
          DecoderResult.failure(new IllegalArgumentException("a folded header line")));
      out.add(invalid);
    }
  }

  @Override
  protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
    throw new IllegalArgumentException("both Content-Length and Transfer-Encoding");
  }
}
