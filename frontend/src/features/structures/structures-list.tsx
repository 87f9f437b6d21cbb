import { Select, TextInput } from "@mantine/core";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useCallback, useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate, useSearchParams } from "react-router";
import { Go, Page } from "../../components/page";
import { Badge, Empty, Loaded } from "../../components/state";
import { Table, type Column } from "../../components/table";
import { say } from "../../i18n";
import type { structure } from "../../lib/types";
import { everything, listStructures } from "./api";

const filters = ["", "active", "inactive", "unverified"] as const;

/** The structures that one may see, found by any word of name, label or town, or by identifier. */
export function StructuresPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [params] = useSearchParams();
  const [search, setSearch] = useState("");
  const [filter, setFilter] = useState(params.get("filter") ?? "");
  const [order, setOrder] = useState({ by: "name", desc: false });
  const query = useInfiniteQuery({
    queryKey: ["structures", search, filter, order],
    queryFn: ({ pageParam }) => listStructures({ ...everything, search, filter, order: order.by, desc: order.desc, after: pageParam }),
    initialPageParam: "",
    getNextPageParam: (last) => last.next || undefined,
    placeholderData: keepPreviousData,
  });
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  const columns: Column<structure.Row>[] = [
    {
      key: "name",
      name: t("structure.name"),
      width: "minmax(0,2.2fr)",
      order: "name",
      cell: (r) => (
        <b style={{ fontWeight: 560 }}>
          {r.name}
          {r.label && <span className="soft"> · {r.label}</span>}
        </b>
      ),
    },
    {
      key: "identifier",
      name: t("structure.identifier"),
      width: "170px",
      order: "identifier",
      cell: (r) => <span className="tabular">{r.identifier}</span>,
    },
    { key: "town", name: t("structure.town"), width: "minmax(0,1fr)", order: "town", cell: (r) => r.town },
    {
      key: "state",
      name: t("structure.state"),
      width: "110px",
      cell: (r) => <Badge tone={r.active ? "on" : "off"}>{t(r.active ? "structure.active" : "structure.inactive")}</Badge>,
    },
    {
      key: "verdict",
      name: t("structure.verdict"),
      width: "150px",
      cell: (r) =>
        r.verdict &&
        r.verdict !== "none" &&
        (r.verdict === "active" ? (
          <span className="soft">{t("verdict.verified")}</span>
        ) : (
          <Badge tone="half">{say(`verdict.short.${r.verdict}`)}</Badge>
        )),
    },
  ];
  return (
    <Page
      title={t("nav.structures")}
      actions={
        <Go to="/structures/creer" primary>
          {t("action.create_structure")}
        </Go>
      }
    >
      <div className="row">
        <TextInput
          label={t("list.search")}
          placeholder={t("structures.search")}
          value={search}
          onChange={(e) => setSearch(e.currentTarget.value)}
          style={{ width: 320 }}
        />
        <Select
          label={t("list.filter")}
          value={filter}
          allowDeselect={false}
          onChange={(f) => setFilter(f ?? "")}
          data={filters.map((f) => ({ value: f, label: say(`structures.filter.${f || "all"}`) }))}
        />
      </div>
      <Loaded query={query}>
        {(data) => (
          <Table
            label={t("nav.structures")}
            columns={columns}
            rows={data.pages.flatMap((p) => p.rows)}
            id={(r) => r.id}
            open={(r) => void navigate(`/structures/${r.id}`)}
            order={order.by}
            desc={order.desc}
            onOrder={(by) => setOrder({ by, desc: by === order.by && !order.desc })}
            more={more}
            empty={
              search || filter ? (
                <Empty title={t("list.nothing_found")} text={t("list.nothing_found_text")} />
              ) : (
                <Empty title={t("structures.empty")} text={t("structures.empty_text")}>
                  <Go to="/structures/creer">{t("action.create_structure")}</Go>
                </Empty>
              )
            }
          />
        )}
      </Loaded>
    </Page>
  );
}
