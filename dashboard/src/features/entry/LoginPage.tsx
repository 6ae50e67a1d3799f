import { useRouter, useSearch } from "@tanstack/react-router";
import { LoginForm } from "#/shell/LoginForm";
import { safePath } from "#/shell/safePath";
import { EntryCard } from "./EntryCard";

export function LoginPage() {
  const { to } = useSearch({ from: "/login" });
  const router = useRouter();
  return (
    <EntryCard
      title="Sign in"
      lead="To see what your agents did, and why."
      foot={
        <>
          Password lost? An owner runs <code>./whyops setup-code</code> on the server's machine and
          gets a link that sets a new one.
        </>
      }
    >
      <LoginForm onSignedIn={() => router.history.push(safePath(to))} />
    </EntryCard>
  );
}
