import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { Panel } from "../../components/page";
import { Loaded, Problems } from "../../components/state";
import type { department, grant, structure } from "../../lib/types";
import { handPicture } from "../../api/files";
import { listMembers } from "../../api/grants";
import { listDepartments } from "../../api/structures";
import { layOut } from "./chart";
import { useForm } from "../../lib/form";
import { palette, Drawing } from "./chart-drawing";
import { useMotion } from "./chart-motion";
import { raster } from "./chart-picture";

/** A structure's chart: zoomed with the wheel or + and −, moved with the pointer or the arrows, saved as SVG or PNG. */
export function ChartTab({ structure: s }: { structure: structure.Structure }) {
  const departments = useQuery({ queryKey: ["departments", s.id], queryFn: () => listDepartments(s.id) });
  const members = useQuery({ queryKey: ["members", s.id], queryFn: () => listMembers(s.id) });
  return (
    <Loaded query={departments}>{(d) => <Loaded query={members}>{(m) => <Canvas s={s} departments={d} members={m} />}</Loaded>}</Loaded>
  );
}

/** What is done with a picture: zoomed, fitted into its frame, saved. */
function Tools({
  ways,
  saving,
  save,
}: {
  ways: Pick<ReturnType<typeof useMotion>, "zoom" | "fit" | "percent">;
  saving: boolean;
  save: (kind: "svg" | "png") => void;
}) {
  const { t, i18n } = useTranslation();
  const { zoom, fit, percent } = ways;
  return (
    <div className="row">
      <Button variant="default" size="compact-md" onClick={() => zoom(0.8)} aria-label={t("chart.smaller")}>
        −
      </Button>
      <span className="tabular small" aria-live="polite">
        {new Intl.NumberFormat(i18n.language, { style: "percent" }).format(percent / 100)}
      </span>
      <Button variant="default" size="compact-md" onClick={() => zoom(1.25)} aria-label={t("chart.larger")}>
        +
      </Button>
      <Button variant="default" size="compact-md" onClick={fit}>
        {t("chart.fit")}
      </Button>
      <Button variant="default" size="compact-md" loading={saving} onClick={() => save("svg")}>
        {t("chart.svg")}
      </Button>
      <Button variant="default" size="compact-md" loading={saving} onClick={() => save("png")}>
        {t("chart.png")}
      </Button>
    </div>
  );
}

function Canvas({ s, departments, members }: { s: structure.Structure; departments: department.Department[]; members: grant.Member[] }) {
  const { t } = useTranslation();
  const form = useForm({});
  const [p, setPalette] = useState(palette);
  useEffect(() => {
    const seen = new MutationObserver(() => setPalette(palette()));
    seen.observe(document.documentElement, { attributes: true, attributeFilter: ["data-mantine-color-scheme"] });
    return () => seen.disconnect();
  }, []);
  const chart = useMemo(() => layOut(s, departments, members, t("chart.whole")), [s, departments, members, t]);
  const words = useMemo(() => ({ empty: t("chart.nobody"), principal: t("chart.principal") }), [t]);
  const { frame, sheet, hands, ...ways } = useMotion(chart);
  const save = (kind: "svg" | "png") =>
    void form.send(async () => {
      const name = `${t("chart.file")} ${s.name.replace(/[/\\:*?"<>|]/g, " ").slice(0, 60)}.${kind}`;
      const drawn = sheet.current?.querySelector("svg") as SVGSVGElement;
      const svg = new Blob([new XMLSerializer().serializeToString(drawn)], { type: "image/svg+xml" });
      await handPicture(name, kind === "svg" ? svg : await raster(svg, chart));
    });
  return (
    <Panel title={t("chart.title")} side={<Tools ways={ways} saving={form.sending} save={save} />}>
      <p className="small soft">{t("chart.keys")}</p>
      <Problems texts={form.rest()} className="warn" />
      <div
        ref={frame}
        className="chart"
        role="group"
        aria-label={t("chart.label", {
          name: s.name,
          departments: t("chart.departments", { count: departments.length }),
          people: t("chart.people", { count: new Set(members.map((m) => m.userId)).size }),
        })}
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it is moved by keyboard
        tabIndex={0}
        {...hands}
      >
        <div ref={sheet} className="sheet">
          <Drawing chart={chart} p={p} words={words} />
        </div>
      </div>
    </Panel>
  );
}
