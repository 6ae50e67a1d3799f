import { useState } from "react";
import { apiFor, done } from "#/api/client";
import { type Problem, problemOf } from "#/api/problems";
import { useMe } from "#/shell/session";
import { Button } from "#/ui/Button";
import { Form, FormActions, TextField } from "#/ui/Field";
import { Notice } from "#/ui/Notice";
import { Panel } from "#/ui/Page";
import { toast } from "#/ui/Toasts";

/** The password of who is signed in. */
export function PasswordPanel() {
  const me = useMe();
  const [now, setNow] = useState("");
  const [next, setNext] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  if (!me?.user) return null;
  const save = async () => {
    setBusy(true);
    setProblem(undefined);
    try {
      await done(
        apiFor("").POST("/api/auth/password", {
          body: { currentPassword: now, newPassword: next },
        }),
      );
      setNow("");
      setNext("");
      toast("Password changed. Other sessions have ended.");
    } catch (error) {
      setProblem(problemOf(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Panel title="Your password">
      <Form label="Your password" onSubmit={() => next.length >= 8 && void save()}>
        {problem && problem.details.length === 0 && <Notice tone="error" title={problem.message} />}
        <input
          type="hidden"
          name="username"
          autoComplete="username"
          value={me.user.email}
          readOnly
        />
        <TextField
          label="Present password"
          type="password"
          autoComplete="current-password"
          value={now}
          onChange={(e) => setNow(e.target.value)}
          error={problem?.forField("currentPassword")}
        />
        <TextField
          label="New password"
          type="password"
          autoComplete="new-password"
          value={next}
          onChange={(e) => setNext(e.target.value)}
          error={problem?.forField("newPassword")}
          hint="At least 8 characters. Ends your other sessions."
        />
        <FormActions>
          <Button type="submit" busy={busy} disabled={now === "" || next.length < 8}>
            Change password
          </Button>
        </FormActions>
      </Form>
    </Panel>
  );
}
