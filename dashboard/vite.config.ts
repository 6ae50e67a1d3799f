import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const server = process.env.WHYOPS_DASHBOARD_ORIGIN ?? "http://127.0.0.1:8081";

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { "#": fileURLToPath(new URL("./src", import.meta.url)) } },
  build: {
    target: "es2022",
    // The content security policy allows no data: address, so nothing may be inlined.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    manifest: true,
    reportCompressedSize: false,
  },
  worker: { format: "es" },
  server: { proxy: { "/api": { target: server, changeOrigin: false } } },
});
