import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { apiFor, body } from "#/api/client";
import { type Problem, problemOf } from "#/api/problems";
import { meQuery, useSignedIn } from "#/shell/session";
import { Button } from "#/ui/Button";
import { Form, TextField } from "#/ui/Field";
import { Notice } from "#/ui/Notice";
import { EntryCard } from "./EntryCard";
import { useFragment } from "./fragment";
import { NewPassword, PASSWORD_MIN } from "./NewPassword";

/** Opening the link changes nothing: the invite is used when the button is pressed. */
export function InvitePage() {
  const code = useFragment("code");
  const me = useQuery({ ...meQuery, retry: false }).data;
  const [email, setEmail] = useState("");
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const signedIn = useSignedIn();
  const navigate = useNavigate();
  const known = me?.user != null;
  const join = async () => {
    setBusy(true);
    setProblem(undefined);
    try {
      signedIn(
        await body(
          apiFor("").POST("/api/auth/invite", {
            body: known ? { code } : { code, email, name, password },
          }),
        ),
      );
      await navigate({ to: "/" });
    } catch (error) {
      setProblem(problemOf(error));
    } finally {
      setBusy(false);
    }
  };
  if (code === "")
    return (
      <EntryCard
        title="This invite is not complete"
        lead="Open the whole link that you were sent, or ask for a new one."
      />
    );
  const ready = known || (email !== "" && name.trim() !== "" && password.length >= PASSWORD_MIN);
  return (
    <EntryCard
      title="Join a project"
      lead={
        known
          ? `You are signed in as ${me.user?.email}.`
          : "Create your account. With an existing one, give its e-mail and password."
      }
    >
      <Form label="Join a project" onSubmit={() => ready && void join()}>
        {problem && problem.details.length === 0 && <Notice tone="error" title={problem.message} />}
        {!known && (
          <>
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
            <NewPassword
              value={password}
              onChange={setPassword}
              error={problem?.forField("password")}
            />
          </>
        )}
        <Button type="submit" variant="primary" size="wide" busy={busy} disabled={!ready}>
          Join
        </Button>
      </Form>
    </EntryCard>
  );
}
