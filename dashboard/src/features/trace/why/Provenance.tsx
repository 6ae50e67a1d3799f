import { CircleAlert, CircleCheck, CircleHelp, CircleMinus } from "lucide-react";
import type { Schemas } from "#/api/client";
import { SafeText } from "#/text/SafeText";
import { cx } from "#/ui/cx";
import { EventRef } from "./parts";
import { valueText } from "./text";
import styles from "./Why.module.css";

const RESULT = {
  exact: { word: "exact", icon: CircleCheck },
  normalised: { word: "normalised", icon: CircleCheck },
  derived: { word: "derived", icon: CircleHelp },
  unsourced: { word: "unsourced", icon: CircleAlert },
  unknown: { word: "unknown", icon: CircleHelp },
  skipped: { word: "not judged", icon: CircleMinus },
} as const;

/** Each leaf of the arguments with the place it came from. */
export function Provenance({ leaves }: { leaves: Schemas["Provenance"][] }) {
  return (
    <div>
      {leaves.map((leaf) => {
        const { word, icon: Icon } = RESULT[leaf.result];
        const origin = leaf.origin ?? leaf.nearest;
        return (
          <div key={`${leaf.callId} ${leaf.path}`} className={styles.leaf}>
            <span className={styles.value}>
              <SafeText text={leaf.path} /> = <SafeText text={valueText(leaf.value)} />
            </span>
            <span className={cx(styles.result, styles[leaf.result])}>
              <Icon size={14} aria-hidden /> {word}
            </span>
            <span className={styles.muted}>
              {origin ? (
                <>
                  {leaf.origin ? "from" : "nearest:"} {origin.role}{" "}
                  <EventRef eventId={origin.eventId} path={origin.path} />
                </>
              ) : leaf.result === "unsourced" ? (
                "nothing that the model was given holds it"
              ) : (
                <SafeText text={leaf.rule} />
              )}
            </span>
            <span className={styles.muted} title={`Rule ${leaf.rule}, ${leaf.matches} matches`}>
              {leaf.result !== "skipped" && `confidence ${leaf.confidence}`}
            </span>
          </div>
        );
      })}
    </div>
  );
}
