/** Photos to try with when there is none at hand; pressing one adds it like any upload. */
import { useState } from "react";
import { useTranslation } from "@/locales/i18n";
import { toApiError } from "@/services/errors";
import { showError } from "@/services/toasts";

export const SAMPLES = ["chelsea", "coffee", "astronaut", "rocket"] as const;
type Sample = (typeof SAMPLES)[number];

export function Samples({ onPick }: { onPick: (file: File) => void }) {
  const { t } = useTranslation();
  const [loading, setLoading] = useState<Sample | null>(null);
  const pick = async (sample: Sample) => {
    setLoading(sample);
    try {
      const picture = await (await fetch(`/samples/${sample}.webp`)).blob();
      onPick(new File([picture], `${sample}.webp`, { type: "image/webp" }));
    } catch (reason) {
      showError(toApiError(reason));
    }
    setLoading(null);
  };
  return (
    <section aria-label={t("create.empty.samples")} className="grid gap-3">
      <ul className="grid grid-cols-2 gap-3 sm:grid-cols-4">
        {SAMPLES.map((sample) => (
          <li key={sample}>
            <button
              type="button"
              disabled={loading !== null}
              onClick={() => pick(sample)}
              className="group block w-full overflow-hidden rounded-lg border border-line bg-surface text-left shadow-card disabled:opacity-60"
            >
              <span className="block aspect-square overflow-hidden bg-easel">
                <img
                  src={`/samples/${sample}.webp`}
                  alt=""
                  width={320}
                  height={320}
                  decoding="async"
                  className="size-full object-cover transition-transform duration-300 group-hover:scale-105"
                />
              </span>
              <span className="block px-3 py-2.5 text-sm font-medium">
                {t(`create.empty.sample.${sample}`)}
              </span>
            </button>
          </li>
        ))}
      </ul>
      <p className="text-xs text-soft">{t("create.empty.credit")}</p>
    </section>
  );
}
