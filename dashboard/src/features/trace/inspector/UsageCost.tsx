import type { Schemas } from "#/api/client";
import { exactUsd, usd } from "#/format/format";
import type { Event } from "#/record/content";
import { SafeText } from "#/text/SafeText";
import { Notice } from "#/ui/Notice";
import { Facts } from "#/ui/Page";
import { costKindWord, Num, Usd } from "#/ui/Values";
import styles from "./Inspector.module.css";

const CLASS_WORD: Record<string, string> = {
  input: "Input, uncached",
  cacheRead: "Cache read",
  cacheWrite5m: "Cache write, 5 min",
  cacheWrite1h: "Cache write, 1 h",
  output: "Output",
  inputAudio: "Input, sound",
  inputImage: "Input, pictures",
  cacheReadAudio: "Cache read, sound",
  cacheReadImage: "Cache read, pictures",
  outputAudio: "Output, sound",
  outputImage: "Output, pictures",
};

const MEDIA = [
  "inputAudio",
  "inputImage",
  "cacheReadAudio",
  "cacheReadImage",
  "outputAudio",
  "outputImage",
] as const;

/** Class by class, as the server priced it; nothing here is computed by the page. */
export function UsageCost({ event }: { event: Event }) {
  const { usage, cost } = event;
  if (!usage) return <p className={styles.none}>This step carries no token usage.</p>;
  const formula = cost.formula.length > 0 ? cost.formula : null;
  const classes = [
    ["input", usage.input],
    ["cacheRead", usage.cacheRead],
    ["cacheWrite5m", usage.cacheWrite5m],
    ["cacheWrite1h", usage.cacheWrite1h],
    ["output", usage.output],
    ...MEDIA.filter((name) => usage[name] != null).map((name) => [name, usage[name]] as const),
  ] as const;
  return (
    <div className={styles.body}>
      <div className={styles.section}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">Class</th>
              <th scope="col">Tokens</th>
              {formula && <th scope="col">USD per 1M</th>}
              {formula && <th scope="col">USD</th>}
            </tr>
          </thead>
          <tbody>
            {classes.map(([name, tokens]) => (
              <ClassRow
                key={name}
                name={name}
                tokens={tokens}
                line={formula?.find((f) => f.class === name)}
                priced={formula !== null}
                reasoning={name === "output" ? usage.reasoning : null}
              />
            ))}
            <tr className={styles.sum}>
              <th scope="row">Total</th>
              <td>
                <Num value={usage.total} />
              </td>
              {formula && <td />}
              {formula && (
                <td>
                  <Usd cost={cost} />
                </td>
              )}
            </tr>
          </tbody>
        </table>
      </div>
      {usage.inconsistent && (
        <Notice tone="warning">
          The provider's own numbers contradict each other. They are shown as they came.
        </Notice>
      )}
      <div className={styles.section}>
        <h3>Cost</h3>
        <Facts
          items={[
            [
              "Amount",
              cost.usd === null ? (
                "unpriced"
              ) : (
                <span key="c" title={exactUsd(cost.usd)}>
                  {usd(cost.usd)}
                </span>
              ),
            ],
            ["Kind", costKindWord(cost.kind)],
            cost.reportedUsd !== null && ["Reported by the provider", exactUsd(cost.reportedUsd)],
            cost.rowId !== null && [
              "Price row",
              <code key="r">
                <SafeText text={cost.rowId} />
              </code>,
            ],
            cost.rowId !== null && ["Price book", `version ${cost.bookVersion}`],
            [
              "Usage rule",
              <code key="u">
                <SafeText text={usage.rule} />
              </code>,
            ],
          ]}
        />
      </div>
    </div>
  );
}

function ClassRow({
  name,
  tokens,
  line,
  priced,
  reasoning,
}: {
  name: string;
  tokens: number | null;
  line: Schemas["FormulaLine"] | undefined;
  priced: boolean;
  reasoning: number | null;
}) {
  return (
    <>
      <tr>
        <th scope="row">{CLASS_WORD[name]}</th>
        <td>
          <Num value={tokens} />
        </td>
        {priced && <td>{line ? `$${line.usdPerMillion}` : "–"}</td>}
        {priced && <td>{line ? <span title={exactUsd(line.usd)}>{usd(line.usd)}</span> : "–"}</td>}
      </tr>
      {reasoning !== null && (
        <tr>
          <th scope="row" className={styles.sub}>
            of which reasoning
          </th>
          <td>
            <Num value={reasoning} />
          </td>
          {priced && <td />}
          {priced && <td />}
        </tr>
      )}
    </>
  );
}
