import { useNavigate } from "@tanstack/react-router";
import { useCallback } from "react";
import type { Sort } from "#/routes/search";

export function useChangeSearch() {
  const navigate = useNavigate({ from: "/p/$project/traces" });
  return useCallback(
    (
      change: {
        q?: string | undefined;
        peek?: string | undefined;
        cols?: string | undefined;
        sort?: Sort | undefined;
      },
      replace = false,
    ) => void navigate({ search: (old) => ({ ...old, ...change }), replace }),
    [navigate],
  );
}
