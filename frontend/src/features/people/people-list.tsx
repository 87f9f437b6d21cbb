import { Select, TextInput } from "@mantine/core";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useCallback, useState } from "react";
import { useTranslation } from "react-i18next";

import { useMe } from "../../app/me";
import { Go, Page } from "../../components/page";
import { Badge, Empty, Loaded } from "../../components/state";
import { Table, type Column } from "../../components/table";
import { say } from "../../i18n";
import { moment } from "../../lib/format";
import type { people } from "../../lib/types";
import { anyone } from "../../lib/wanted";
import { listPeople } from "./api";

const filters = ["", "internal", "external", "disabled", "all"] as const;

/** The users that one may see. */
export function PeoplePage() {
  const { t } = useTranslation();
  const { may } = useMe();
  const [search, setSearch] = useState("");
  const [filter, setFilter] = useState("");
  const [order, setOrder] = useState({ by: "name", desc: false });
  const query = useInfiniteQuery({
    queryKey: ["people", search, filter, order],
    queryFn: ({ pageParam }) => listPeople({ ...anyone, search, filter, order: order.by, desc: order.desc, after: pageParam }),
    initialPageParam: "",
    getNextPageParam: (last) => last.next || undefined,
    placeholderData: keepPreviousData,
  });
  const { hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } = query;
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage && !isFetchNextPageError) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage]);
  const columns: Column<people.Row>[] = [
    {
      key: "name",
      name: t("user.name"),
      width: "minmax(0,1.4fr)",
      order: "name",
      cell: (r) => (
        <b style={{ fontWeight: 560 }}>
          {r.lastName} {r.firstName}
        </b>
      ),
    },
    { key: "email", name: t("user.email"), width: "minmax(0,1.8fr)", order: "email", cell: (r) => r.email },
    { key: "kind", name: t("user.kind"), width: "100px", cell: (r) => say(`user.kind.${r.kind}`) },
    { key: "structures", name: t("nav.structures"), width: "96px", cell: (r) => <span className="tabular">{r.structures}</span> },
    {
      key: "state",
      name: t("user.state"),
      width: "120px",
      cell: (r) => <Badge tone={r.active ? "on" : "off"}>{t(r.active ? "user.active" : "user.disabled")}</Badge>,
    },
    {
      key: "created",
      name: t("user.created"),
      width: "150px",
      order: "created",
      cell: (r) => <span className="tabular">{moment(r.createdAt)}</span>,
    },
  ];
  return (
    <Page
      title={t("nav.people")}
      actions={
        <>
          {may("membership.edit") && <Go to="/utilisateurs/rattacher">{t("action.attach")}</Go>}
          {may("membership.edit") && <Go to="/utilisateurs/detacher">{t("action.detach")}</Go>}
          {(may("user.create_external") || may("user.create_internal")) && (
            <Go to="/utilisateurs/ajouter" primary>
              {t("action.add")}
            </Go>
          )}
        </>
      }
    >
      <div className="row">
        <TextInput
          label={t("list.search")}
          placeholder={t("people.search")}
          value={search}
          onChange={(e) => setSearch(e.currentTarget.value)}
          style={{ width: 320 }}
        />
        <Select
          label={t("list.filter")}
          value={filter}
          allowDeselect={false}
          onChange={(f) => setFilter(f ?? "")}
          data={filters.map((f) => ({ value: f, label: say(`people.filter.${f || "active"}`) }))}
        />
      </div>
      <Loaded query={query} keeps>
        {(data) => (
          <Table
            label={t("nav.people")}
            columns={columns}
            rows={data.pages.flatMap((p) => p.rows)}
            id={(r) => r.id}
            to={(r) => `/utilisateurs/${r.id}`}
            order={order.by}
            desc={order.desc}
            onOrder={(by) => setOrder({ by, desc: by === order.by && !order.desc })}
            more={more}
            stopped={isFetchNextPageError ? { error: query.error, again: () => void fetchNextPage() } : undefined}
            empty={<Empty title={t("list.nothing_found")} text={t("list.nothing_found_text")} />}
          />
        )}
      </Loaded>
    </Page>
  );
}
