import { useState } from "react";
import type { Schemas } from "#/api/client";
import { count, shortCount } from "#/format/format";
import { chosenValues, facetFields, toggleValue } from "#/query/edit";
import { SafeText } from "#/text/SafeText";
import styles from "./Traces.module.css";

type Facets = Schemas["TraceFacets"];
type FacetName = Exclude<keyof Facets, "total" | "totalCapped">;

const FIRST = 6;
const ID_SHOWN = 10;

/** Values and counts over the whole result; a click adds them to the query. */
export function FacetRail({
  facets,
  query,
  onQuery,
}: {
  facets: Facets;
  query: string;
  onQuery: (query: string) => void;
}) {
  return (
    <section className={styles.facets} aria-label="Filters">
      {facetFields.map((field) => {
        const facet = facets[field.facet as FacetName];
        const chosen = chosenValues(query, field.name);
        if (!facet || (facet.values.length === 0 && chosen.length === 0)) return null;
        return (
          <Facet
            key={field.name}
            name={field.name}
            facet={facet}
            chosen={chosen}
            onToggle={(value) => onQuery(toggleValue(query, field.name, value))}
          />
        );
      })}
    </section>
  );
}

/** Ids of versions begin with the time, so that it is their ends that tell them apart. */
function labelOf(field: string, value: string): string {
  if (value === "") return "(empty)";
  return field === "version" && value.length > ID_SHOWN ? `…${value.slice(-ID_SHOWN)}` : value;
}

function Facet({
  name,
  facet,
  chosen,
  onToggle,
}: {
  name: string;
  facet: Facets["status"];
  chosen: string[];
  onToggle: (value: string) => void;
}) {
  const [all, setAll] = useState(false);
  const counted = facet.values.map((v) => v.value);
  const values = [
    ...facet.values,
    ...chosen.filter((c) => !counted.includes(c)).map((value) => ({ value, count: 0 })),
  ];
  const shown = all ? values : values.filter((v, i) => i < FIRST || chosen.includes(v.value));
  return (
    <fieldset className={styles.facet}>
      <legend>{name}</legend>
      {shown.map((v) => (
        <label key={v.value} className={styles.facetValue} title={`${v.value}: ${count(v.count)}`}>
          <input
            type="checkbox"
            checked={chosen.includes(v.value)}
            onChange={() => onToggle(v.value)}
          />
          <span>
            <SafeText text={labelOf(name, v.value)} />
          </span>
          <span className={styles.facetCount}>{shortCount(v.count)}</span>
        </label>
      ))}
      {values.length > FIRST && (
        <button type="button" className={styles.facetMore} onClick={() => setAll(!all)}>
          {all ? "Show fewer" : `${count(shown.length)} of ${count(facet.distinct)}, show more`}
        </button>
      )}
      {all && facet.distinct > facet.values.length && (
        <div className={styles.facetNote}>
          The {count(facet.values.length)} most frequent of {count(facet.distinct)}. Type others
          into the query.
        </div>
      )}
    </fieldset>
  );
}
