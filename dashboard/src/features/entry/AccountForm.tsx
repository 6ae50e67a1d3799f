import { type ReactNode, useState } from "react";
import type { Problem } from "#/api/problems";
import { useSaving } from "#/api/useSaving";
import { Button } from "#/ui/Button";
import { Form, TextField } from "#/ui/Field";
import { Notice } from "#/ui/Notice";
import { NewPassword, PASSWORD_MIN } from "./NewPassword";

export interface Account {
  code: string;
  name: string;
  email: string;
  password: string;
}

interface Props {
  label: string;
  action: string;
  /** What has to be typed: who somebody is with a password, a password alone, or nothing. */
  asks: "account" | "password" | "nothing";
  /** The code from the link; without one there is a field for it, called so. */
  code: string;
  codeLabel: string;
  /** What to do about a problem, beside what the server says. */
  remedy?: (problem: Problem) => ReactNode;
  onSubmit: (account: Account) => Promise<void>;
}

/** The one form of setup, invite and reset: a code that works once, and who uses it. */
export function AccountForm({ label, action, asks, code, codeLabel, remedy, onSubmit }: Props) {
  const [account, setAccount] = useState<Account>({ code, name: "", email: "", password: "" });
  const { busy, problem, run } = useSaving();
  const set = (change: Partial<Account>) => setAccount((old) => ({ ...old, ...change }));
  const ready =
    account.code.trim() !== "" &&
    (asks !== "account" || (account.email !== "" && account.name.trim() !== "")) &&
    (asks === "nothing" || account.password.length >= PASSWORD_MIN);
  const more = problem && remedy?.(problem);
  return (
    <Form
      label={label}
      onSubmit={() => ready && void run(() => onSubmit({ ...account, code: account.code.trim() }))}
    >
      {problem && (problem.details.length === 0 || more) && (
        <Notice tone="error" title={problem.message}>
          {more}
        </Notice>
      )}
      {code === "" && (
        <TextField
          label={codeLabel}
          mono
          value={account.code}
          onChange={(e) => set({ code: e.target.value })}
          autoComplete="off"
          spellCheck={false}
          error={problem?.forField("code")}
        />
      )}
      {asks === "account" && (
        <>
          <TextField
            label="Name"
            name="name"
            autoComplete="name"
            value={account.name}
            onChange={(e) => set({ name: e.target.value })}
            error={problem?.forField("name")}
          />
          <TextField
            label="E-mail"
            type="email"
            name="email"
            autoComplete="username"
            value={account.email}
            onChange={(e) => set({ email: e.target.value })}
            error={problem?.forField("email")}
          />
        </>
      )}
      {asks !== "nothing" && (
        <NewPassword
          value={account.password}
          onChange={(password) => set({ password })}
          error={problem?.forField("password")}
        />
      )}
      <Button type="submit" variant="primary" size="wide" busy={busy} disabled={!ready}>
        {action}
      </Button>
    </Form>
  );
}
