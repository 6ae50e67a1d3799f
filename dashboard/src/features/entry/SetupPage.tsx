import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { apiFor, body } from "#/api/client";
import { type Problem, problemOf } from "#/api/problems";
import { useConfig, useSignedIn } from "#/shell/session";
import { Button, buttonClass } from "#/ui/Button";
import { Form, TextField } from "#/ui/Field";
import { Notice } from "#/ui/Notice";
import { EntryCard } from "./EntryCard";
import { useFragment } from "./fragment";
import { NewPassword, PASSWORD_MIN } from "./NewPassword";

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
  const [code, setCode] = useState(fromLink);
  const [email, setEmail] = useState("");
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const signedIn = useSignedIn();
  const navigate = useNavigate();
  const submit = async () => {
    setBusy(true);
    setProblem(undefined);
    try {
      const me = await body(
        apiFor("").POST("/api/auth/setup", { body: { code: code.trim(), email, password, name } }),
      );
      signedIn(me);
      const project = me.projects[0];
      if (project) await navigate({ to: "/p/$project/connect", params: { project: project.id } });
      else await navigate({ to: "/" });
    } catch (error) {
      setProblem(problemOf(error));
    } finally {
      setBusy(false);
    }
  };
  const ready =
    code !== "" && email !== "" && name.trim() !== "" && password.length >= PASSWORD_MIN;
  return (
    <Form label="Create the first account" onSubmit={() => ready && void submit()}>
      {problem && (problem.details.length === 0 || problem.status === 410) && (
        <Notice tone="error" title={problem.message}>
          {problem.status === 410 && (
            <>
              Get a new one with <code>./whyops setup-code</code> on the server's machine.
            </>
          )}
        </Notice>
      )}
      {fromLink === "" && (
        <TextField
          label="Setup code"
          mono
          value={code}
          onChange={(e) => setCode(e.target.value)}
          autoComplete="off"
          spellCheck={false}
          error={problem?.forField("code")}
        />
      )}
      <TextField
        label="Name"
        name="name"
        autoComplete="name"
        value={name}
        onChange={(e) => setName(e.target.value)}
        error={problem?.forField("name")}
      />
      <TextField
        label="E-mail"
        type="email"
        name="email"
        autoComplete="username"
        value={email}
        onChange={(e) => setEmail(e.target.value)}
        error={problem?.forField("email")}
      />
      <NewPassword value={password} onChange={setPassword} error={problem?.forField("password")} />
      <Button type="submit" variant="primary" size="wide" busy={busy} disabled={!ready}>
        Create account
      </Button>
    </Form>
  );
}
