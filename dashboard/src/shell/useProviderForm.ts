/** The fields of a provider, as typed and as sent. */
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { body, type Schemas } from "#/api/client";
import { type Problem, problemOf } from "#/api/problems";
import { providersKey } from "./resources";
import { useProject } from "./session";

type Provider = Schemas["Provider"];
type Type = Schemas["ProviderType"];

export const DEFAULTS: Record<
  Type,
  { name: string; slug: string; baseUrl: string; keyHint: string }
> = {
  openai: { name: "OpenAI", slug: "openai", baseUrl: "https://api.openai.com/v1", keyHint: "sk-…" },
  anthropic: {
    name: "Anthropic",
    slug: "anthropic",
    baseUrl: "https://api.anthropic.com",
    keyHint: "sk-ant-…",
  },
};

export interface Values {
  type: Type;
  name: string;
  slug: string;
  baseUrl: string;
  apiKey: string;
  default: boolean;
  acceptsSlashes: boolean;
  injectUsage: boolean;
  connectS: string;
  headS: string;
  silenceS: string;
  retries: string;
  fallback: string | null;
}

export function useProviderForm(
  provider: Provider | undefined,
  onSaved: (provider: Provider) => void,
) {
  const { api, projectId } = useProject();
  const queries = useQueryClient();
  const [values, setValues] = useState<Values>(() => startValues(provider));
  const [touchedUsage, setTouchedUsage] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const originChanged =
    provider !== undefined && originOf(values.baseUrl) !== originOf(provider.baseUrl);
  const keyOptional = provider !== undefined && !originChanged;
  const set = (change: Partial<Values>) => {
    if ("injectUsage" in change) setTouchedUsage(true);
    setValues((old) => ({ ...old, ...change }));
  };
  const save = async () => {
    setBusy(true);
    setProblem(undefined);
    try {
      const fields = {
        name: values.name.trim(),
        slug: values.slug.trim(),
        baseUrl: values.baseUrl.trim(),
        default: values.default,
        acceptsSlashes: values.acceptsSlashes,
        ...(provider || touchedUsage ? { injectUsage: values.injectUsage } : {}),
        timeouts: {
          connectMs: milliseconds(values.connectS),
          headMs: milliseconds(values.headS),
          silenceMs: milliseconds(values.silenceS),
        },
        retries: Number(values.retries),
        fallback: values.fallback,
      };
      const saved = provider
        ? await body(
            api.PATCH("/api/providers/{providerId}", {
              params: { path: { providerId: provider.id } },
              body: { ...fields, ...(values.apiKey === "" ? {} : { apiKey: values.apiKey }) },
            }),
          )
        : await body(
            api.POST("/api/providers", {
              body: { ...fields, type: values.type, apiKey: values.apiKey },
            }),
          );
      await queries.invalidateQueries({ queryKey: providersKey(projectId) });
      onSaved(saved);
    } catch (error) {
      setProblem(problemOf(error));
    } finally {
      setBusy(false);
    }
  };
  const setType = (type: Type) => {
    const { name, slug, baseUrl } = DEFAULTS[type];
    set({ type, name, slug, baseUrl });
  };
  const ready =
    values.name.trim() !== "" &&
    values.slug.trim() !== "" &&
    values.baseUrl.trim() !== "" &&
    (keyOptional || values.apiKey !== "");
  return { values, set, setType, save, busy, problem, ready, originChanged, keyOptional };
}

function startValues(provider: Provider | undefined): Values {
  const seconds = (ms: number) => String(ms / 1000);
  if (!provider) {
    const { name, slug, baseUrl } = DEFAULTS.openai;
    return {
      type: "openai",
      name,
      slug,
      baseUrl,
      apiKey: "",
      default: true,
      acceptsSlashes: false,
      injectUsage: true,
      connectS: "5",
      headS: "600",
      silenceS: "300",
      retries: "0",
      fallback: null,
    };
  }
  const { type, name, slug, baseUrl, acceptsSlashes, injectUsage, timeouts, retries, fallback } =
    provider;
  return {
    type,
    name,
    slug,
    baseUrl,
    apiKey: "",
    default: provider.default,
    acceptsSlashes,
    injectUsage,
    retries: String(retries),
    fallback,
    connectS: seconds(timeouts.connectMs),
    headS: seconds(timeouts.headMs),
    silenceS: seconds(timeouts.silenceMs),
  };
}

function originOf(address: string): string {
  try {
    return new URL(address).origin;
  } catch {
    return address;
  }
}

function milliseconds(seconds: string): number {
  return Math.round(Number(seconds) * 1000);
}
