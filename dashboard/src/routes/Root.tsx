import { Outlet } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { onSignedOut } from "#/api/client";
import { SignInAgain } from "#/shell/SignInAgain";

export function Root() {
  const [signedOut, setSignedOut] = useState(false);
  useEffect(() => onSignedOut(() => setSignedOut(true)), []);
  const inProject = window.location.pathname.startsWith("/p/");
  return (
    <>
      <Outlet />
      <SignInAgain open={signedOut && inProject} onDone={() => setSignedOut(false)} />
    </>
  );
}
