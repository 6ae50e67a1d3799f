import { Link, useNavigate } from "@tanstack/react-router";
import { apiFor, body } from "#/api/client";
import { useConfig, useSignedIn } from "#/shell/session";
import { buttonClass } from "#/ui/Button";
import { type Account, AccountForm } from "./AccountForm";
import { EntryCard } from "./EntryCard";
import { useFragment } from "./fragment";

export function SetupPage() {
  const config = useConfig();
  const fromLink = useFragment("code");
  if (!config.setupNeeded) {
    return (
      <EntryCard
        title="Already set up"
        lead="The first account exists, so the setup code is used up. Sign in, or ask an owner for an invite."
      >
        <Link to="/login" className={buttonClass({ variant: "primary", size: "wide" })}>
          Sign in
        </Link>
      </EntryCard>
    );
  }
  return (
    <EntryCard
      title="Create the first account"
      lead="You become the owner of this installation. Others join by invite."
      foot={
        <>
          The code is in the setup link that the server printed at its start.{" "}
          <code>./whyops setup-code</code> prints a new one.
        </>
      }
    >
      <SetupForm fromLink={fromLink} />
    </EntryCard>
  );
}

function SetupForm({ fromLink }: { fromLink: string }) {
  const signedIn = useSignedIn();
  const navigate = useNavigate();
  const submit = async (account: Account) => {
    const me = await body(apiFor("").POST("/api/auth/setup", { body: account }));
    signedIn(me);
    const project = me.projects[0];
    if (project) await navigate({ to: "/p/$project/connect", params: { project: project.id } });
    else await navigate({ to: "/" });
  };
  return (
    <AccountForm
      label="Create the first account"
      action="Create account"
      asks="account"
      code={fromLink}
      codeLabel="Setup code"
      remedy={({ status }) =>
        status === 410 && (
          <>
            Get a new one with <code>./whyops setup-code</code> on the server's machine.
          </>
        )
      }
      onSubmit={submit}
    />
  );
}
