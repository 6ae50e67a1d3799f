import { Outlet } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useState } from "react";
import { onSignedOut } from "#/api/client";

const SignInAgain = lazy(() =>
  import("#/shell/SignInAgain").then((m) => ({ default: m.SignInAgain })),
);

export function Root() {
  const [signedOut, setSignedOut] = useState(false);
  useEffect(() => onSignedOut(() => setSignedOut(true)), []);
  const inProject = window.location.pathname.startsWith("/p/");
  return (
    <>
      <Outlet />
      <Suspense>
        {signedOut && inProject && <SignInAgain open onDone={() => setSignedOut(false)} />}
      </Suspense>
    </>
  );
}
