import { useState } from "react";
import { apiFor, body, type Schemas } from "#/api/client";
import { type Problem, problemOf } from "#/api/problems";
import { Button } from "#/ui/Button";
import { Form, TextField } from "#/ui/Field";
import { Notice } from "#/ui/Notice";
import { useSignedIn } from "./session";

export function LoginForm({ onSignedIn }: { onSignedIn: (me: Schemas["Me"]) => void }) {
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const signedIn = useSignedIn();
  const submit = async () => {
    setBusy(true);
    setProblem(undefined);
    try {
      const me = await body(apiFor("").POST("/api/auth/login", { body: { email, password } }));
      signedIn(me);
      onSignedIn(me);
    } catch (error) {
      setProblem(problemOf(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Form label="Sign in" onSubmit={() => void submit()}>
      {problem && (
        <Notice tone="error" title={problem.message}>
          {problem.retryAfterSeconds && `Try again in ${problem.retryAfterSeconds} s.`}
        </Notice>
      )}
      <TextField
        label="E-mail"
        type="email"
        name="email"
        autoComplete="username"
        required
        value={email}
        onChange={(e) => setEmail(e.target.value)}
      />
      <TextField
        label="Password"
        type="password"
        name="password"
        autoComplete="current-password"
        required
        value={password}
        onChange={(e) => setPassword(e.target.value)}
      />
      <Button
        type="submit"
        variant="primary"
        size="wide"
        busy={busy}
        disabled={email === "" || password === ""}
      >
        Sign in
      </Button>
    </Form>
  );
}
