import { useNavigate } from "@tanstack/react-router";
import { apiFor, body } from "#/api/client";
import { useSignedIn } from "#/shell/session";
import { type Account, AccountForm } from "./AccountForm";
import { EntryCard } from "./EntryCard";
import { useFragment } from "./fragment";

export function ResetPage() {
  const fromLink = useFragment("code");
  const signedIn = useSignedIn();
  const navigate = useNavigate();
  const submit = async ({ code, password }: Account) => {
    signedIn(await body(apiFor("").POST("/api/auth/reset", { body: { code, password } })));
    await navigate({ to: "/" });
  };
  return (
    <EntryCard title="Set a new password" lead="All other sessions of this account end.">
      <AccountForm
        label="Set a new password"
        action="Set password"
        asks="password"
        code={fromLink}
        codeLabel="Reset code"
        onSubmit={submit}
      />
    </EntryCard>
  );
}
