import { KEYS } from "#/keys/keys";
import { Dialog } from "#/ui/Dialog";
import { CheckField } from "#/ui/Field";
import styles from "./HelpDialog.module.css";
import { setLocal, useLocal } from "./local";
import { useConfig } from "./session";

const GROUPS = [...new Set(Object.values(KEYS).map((k) => k.group))];

export function HelpDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { singleKeys } = useLocal();
  const config = useConfig();
  return (
    <Dialog open={open} onClose={onClose} title="Keys and help" wide>
      <div className={styles.columns}>
        {GROUPS.map((group) => (
          <section key={group}>
            <h3>{group}</h3>
            <dl className={styles.keys}>
              {Object.values(KEYS)
                .filter((k) => k.group === group)
                .map((k) => (
                  <div key={k.text}>
                    <dt>
                      <kbd>{k.shown}</kbd>
                    </dt>
                    <dd>{k.text}</dd>
                  </div>
                ))}
            </dl>
          </section>
        ))}
      </div>
      <CheckField
        label="Single-letter keys"
        hint="Switch off when they get in the way of other software."
        checked={singleKeys}
        onChange={(e) => setLocal({ singleKeys: e.target.checked })}
      />
      <p className={styles.version}>
        WhyOps {config.version} · gateway <code>{config.gatewayUrl}</code>
      </p>
    </Dialog>
  );
}
