package dev.whyops.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The legs that look at nothing: nginx, which is the floor, and haproxy. */
final class ReverseProxies {
  private final Processes processes;
  private final int mockPort;

  ReverseProxies(Processes processes, int mockPort) {
    this.processes = processes;
    this.mockPort = mockPort;
  }

  Leg nginx() throws IOException, InterruptedException {
    String nginx =
        Processes.onPath("nginx").orElseThrow(() -> new IOException("nginx is not installed"));
    int port = Processes.freePort();
    Path folder = Files.createDirectories(processes.folder().resolve("nginx"));
    Path conf =
        Files.writeString(
            folder.resolve("nginx.conf"),
            """
            worker_processes 2; daemon off; pid nginx.pid; error_log nginx.err;
            worker_rlimit_nofile 20000;
            events { worker_connections 20000; }
            http {
              access_log off; tcp_nodelay on; keepalive_requests 100000000;
              client_max_body_size 64m;
              client_body_temp_path t1; proxy_temp_path t2; fastcgi_temp_path t3;
              uwsgi_temp_path t4; scgi_temp_path t5;
              upstream mock {
                server 127.0.0.1:%d; keepalive 512; keepalive_requests 100000000;
              }
              server {
                listen 127.0.0.1:%d backlog=4096;
                location / {
                  proxy_pass http://mock; proxy_http_version 1.1; proxy_set_header Connection "";
                  proxy_buffering off; proxy_request_buffering off;
                }
              }
            }
            """
                .formatted(mockPort, port));
    Process process =
        processes.spawn(
            "nginx", Map.of(), List.of(nginx, "-p", folder.toString(), "-c", conf.toString()));
    Requests.awaitAnswer(port, Map.of(), 10);
    return Leg.other("nginx", port, Map.of(), process);
  }

  Optional<Leg> haproxy() throws IOException, InterruptedException {
    Optional<String> haproxy = Processes.onPath("haproxy");
    if (haproxy.isEmpty()) {
      return Optional.empty();
    }
    int port = Processes.freePort();
    Path conf =
        Files.writeString(
            processes.folder().resolve("haproxy.cfg"),
            """
            global
              nbthread 2
              maxconn 8000
            defaults
              mode http
              timeout connect 5s
              timeout client 300s
              timeout server 300s
              option http-keep-alive
              option http-no-delay
            frontend in
              bind 127.0.0.1:%d
              default_backend mock
            backend mock
              http-reuse always
              server m 127.0.0.1:%d
            """
                .formatted(port, mockPort));
    Process process =
        processes.spawn("haproxy", Map.of(), List.of(haproxy.get(), "-db", "-f", conf.toString()));
    Requests.awaitAnswer(port, Map.of(), 10);
    return Optional.of(Leg.other("haproxy", port, Map.of(), process));
  }
}
