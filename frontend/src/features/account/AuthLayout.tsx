/** The frame of the pages before one is in: what this place is on one side, the form on the other. */
import { useQuery } from "@tanstack/react-query";
import { Brush, Maximize2, Scissors } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "@/locales/i18n";
import { appQuery } from "@/services/queries";
import { DoorHeader } from "./DoorHeader";

export function AuthLayout({ title, children }: { title: string; children: ReactNode }) {
  const { t } = useTranslation();
  const { data: app } = useQuery(appQuery);
  return (
    <div className="min-h-dvh lg:grid lg:grid-cols-[minmax(0,1.1fr)_minmax(0,1fr)]">
      <Showcase />
      <div className="flex min-h-dvh flex-col px-5 py-5 lg:px-12">
        <DoorHeader name={app?.name ?? "丹青"} />
        <main id="content" className="mx-auto grid w-full max-w-sm flex-1 content-center gap-6 py-10">
          <div className="grid gap-1.5">
            <h1 className="text-3xl font-semibold tracking-tight">{title}</h1>
            <p className="text-sm text-soft">{t("account.tagline")}</p>
          </div>
          {children}
        </main>
      </div>
    </div>
  );
}

/** Real photos on the neutral ground of the studio, and the three things one can do with them. */
function Showcase() {
  const { t } = useTranslation();
  const lines = [
    { icon: Scissors, text: t("account.pitch.one") },
    { icon: Maximize2, text: t("account.pitch.two") },
    { icon: Brush, text: t("account.pitch.three") },
  ];
  return (
    <aside className="hidden flex-col gap-10 overflow-hidden bg-[#16181b] pt-14 text-white lg:flex">
      <ul className="grid gap-4 px-10 text-lg xl:px-14">
        {lines.map(({ icon: Icon, text }) => (
          <li key={text} className="flex items-center gap-3">
            <Icon aria-hidden className="size-5 shrink-0 opacity-80" strokeWidth={1.6} />
            {text}
          </li>
        ))}
      </ul>
      <Landscape />
    </aside>
  );
}

/** A red sun over blue hills, the two colours that the studio is named after, in whatever room is left. */
function Landscape() {
  return (
    <div className="relative flex-1">
      <span className="absolute top-0 right-[18%] aspect-square w-1/4 rounded-full bg-[#c8321f]" />
      <svg
        viewBox="0 430 800 570"
        preserveAspectRatio="none"
        className="absolute inset-x-0 bottom-0 h-4/5 w-full"
        aria-hidden="true"
      >
        <path
          d="M-20 760C90 700 150 560 240 470c60-60 110-20 160 60 60 96 120 190 210 210 90 20 150-40 220-60v340H-20z"
          fill="#173a5e"
        />
        <path
          d="M-20 860c120-20 190-110 280-190 70-62 120-30 180 50 70 92 150 150 250 130 60-12 90-30 130-40v210H-20z"
          fill="#1c5f9e"
        />
        <path
          d="M-20 930c150 10 240-60 350-90 120-34 200 40 300 60 80 16 130 0 190-20v140H-20z"
          fill="#3f93c4"
          opacity="0.75"
        />
      </svg>
    </div>
  );
}
