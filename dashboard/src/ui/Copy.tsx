import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { Button, IconButton } from "./Button";
import styles from "./Copy.module.css";
import { cx } from "./cx";

/** Copies the true characters, whatever the page shows for them. */
export function CopyButton({
  text,
  label = "Copy",
  compact,
  primary,
}: {
  text: string;
  label?: string;
  compact?: boolean;
  primary?: boolean;
}) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => setCopied(false), 1600);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = () => void copyText(text).then(setCopied);
  const icon = copied ? <Check size={14} aria-hidden /> : <Copy size={14} aria-hidden />;
  if (compact) {
    return (
      <IconButton label={copied ? "Copied" : label} size="small" onClick={copy}>
        {icon}
      </IconButton>
    );
  }
  return (
    <Button
      size={primary ? "normal" : "small"}
      variant={primary ? "primary" : "secondary"}
      icon={icon}
      onClick={copy}
    >
      <span aria-live="polite">{copied ? "Copied" : label}</span>
    </Button>
  );
}

/** The clipboard needs a secure page; over plain HTTP on another host the older way is left. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement("textarea");
    area.value = text;
    area.className = styles.away ?? "";
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}

/** Code of our own to copy, such as a snippet. */
export function CodeBlock({ code, label, wrap }: { code: string; label: string; wrap?: boolean }) {
  return (
    <div className={styles.block}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by key */}
      <section className={cx(styles.pre, wrap && styles.wrap)} aria-label={label} tabIndex={0}>
        <pre>{code}</pre>
      </section>
      <div className={styles.corner}>
        <CopyButton text={code} label={`Copy ${label}`} compact />
      </div>
    </div>
  );
}
