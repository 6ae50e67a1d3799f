package dev.whyops.gateway;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;

/** The sockets of this platform: native epoll on Linux, else those of the JDK. */
public record Transport(
    IoHandlerFactory ioHandlers,
    ChannelFactory<? extends ServerSocketChannel> servers,
    ChannelFactory<? extends SocketChannel> clients) {

  public static Transport ofThisPlatform() {
    return Epoll.isAvailable()
        ? new Transport(
            EpollIoHandler.newFactory(), EpollServerSocketChannel::new, EpollSocketChannel::new)
        : new Transport(
            NioIoHandler.newFactory(), NioServerSocketChannel::new, NioSocketChannel::new);
  }

  /**
   * Finds out within 75 s that a client has vanished without a word: probes begin after 40 s of
   * silence, and after three that nobody answers, ten seconds apart, the connection is dead. The
   * kernel's timers for this may be a second late.
   */
  void probeSilentClients(ServerBootstrap bootstrap) {
    bootstrap.childOption(ChannelOption.SO_KEEPALIVE, true);
    if (Epoll.isAvailable()) {
      bootstrap
          .childOption(EpollChannelOption.TCP_KEEPIDLE, 40)
          .childOption(EpollChannelOption.TCP_KEEPINTVL, 10)
          .childOption(EpollChannelOption.TCP_KEEPCNT, 3)
          .childOption(EpollChannelOption.TCP_USER_TIMEOUT, 70_000);
    }
  }
}
