import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { apiFor, body } from "#/api/client";
import { meQuery, useSignedIn } from "#/shell/session";
import { type Account, AccountForm } from "./AccountForm";
import { EntryCard } from "./EntryCard";
import { useFragment } from "./fragment";

/** Opening the link changes nothing: the invite is used when the button is pressed. */
export function InvitePage() {
  const code = useFragment("code");
  const me = useQuery({ ...meQuery, retry: false }).data;
  const signedIn = useSignedIn();
  const navigate = useNavigate();
  const known = me?.user != null;
  const join = async (account: Account) => {
    signedIn(await body(apiFor("").POST("/api/auth/invite", { body: known ? { code } : account })));
    await navigate({ to: "/" });
  };
  if (code === "")
    return (
      <EntryCard
        title="This invite is not complete"
        lead="Open the whole link that you were sent, or ask for a new one."
      />
    );
  return (
    <EntryCard
      title="Join a project"
      lead={
        known
          ? `You are signed in as ${me.user?.email}.`
          : "Create your account. With an existing one, give its e-mail and password."
      }
    >
      <AccountForm
        label="Join a project"
        action="Join"
        asks={known ? "nothing" : "account"}
        code={code}
        codeLabel="Invite code"
        onSubmit={join}
      />
    </EntryCard>
  );
}
