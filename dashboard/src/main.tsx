import "@fontsource-variable/inter/index.css";
import "@fontsource-variable/jetbrains-mono/index.css";
import "#/design/tokens.css";
import "#/design/base.css";
import { CSPProvider } from "@base-ui/react/csp-provider";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { installKeys } from "#/keys/keys";
import { installLocal } from "#/shell/local";
import { installReload } from "#/shell/staleChunks";
import { Toasts } from "#/ui/Toasts";
import { queries } from "./routes/base";
import { router } from "./routes/router";

installLocal();
installKeys();
installReload();

const root = document.getElementById("root");
if (!root) throw new Error("The page has no root element");
createRoot(root).render(
  <StrictMode>
    <CSPProvider disableStyleElements>
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
        <Toasts />
      </QueryClientProvider>
    </CSPProvider>
  </StrictMode>,
);
