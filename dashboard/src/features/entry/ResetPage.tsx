import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { apiFor, body } from "#/api/client";
import { type Problem, problemOf } from "#/api/problems";
import { useSignedIn } from "#/shell/session";
import { Button } from "#/ui/Button";
import { Form, TextField } from "#/ui/Field";
import { Notice } from "#/ui/Notice";
import { EntryCard } from "./EntryCard";
import { useFragment } from "./fragment";
import { NewPassword, PASSWORD_MIN } from "./NewPassword";

export function ResetPage() {
  const fromLink = useFragment("code");
  const [code, setCode] = useState(fromLink);
  const [password, setPassword] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const signedIn = useSignedIn();
  const navigate = useNavigate();
  const submit = async () => {
    setBusy(true);
    setProblem(undefined);
    try {
      signedIn(
        await body(apiFor("").POST("/api/auth/reset", { body: { code: code.trim(), password } })),
      );
      await navigate({ to: "/" });
    } catch (error) {
      setProblem(problemOf(error));
    } finally {
      setBusy(false);
    }
  };
  const ready = code !== "" && password.length >= PASSWORD_MIN;
  return (
    <EntryCard title="Set a new password" lead="All other sessions of this account end.">
      <Form label="Set a new password" onSubmit={() => ready && void submit()}>
        {problem && problem.details.length === 0 && <Notice tone="error" title={problem.message} />}
        {fromLink === "" && (
          <TextField
            label="Reset code"
            mono
            value={code}
            onChange={(e) => setCode(e.target.value)}
            autoComplete="off"
            spellCheck={false}
            error={problem?.forField("code")}
          />
        )}
        <NewPassword
          value={password}
          onChange={setPassword}
          error={problem?.forField("password")}
        />
        <Button type="submit" variant="primary" size="wide" busy={busy} disabled={!ready}>
          Set password
        </Button>
      </Form>
    </EntryCard>
  );
}
