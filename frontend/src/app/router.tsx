import { Fragment, type ReactNode } from "react";
import { createHashRouter, RouterProvider, useLocation } from "react-router";
import { HomePage } from "../features/home/home-page";
import { JournalPage } from "../features/journal/journal-page";
import { AddPage } from "../features/people/add-page";
import { AttachPage } from "../features/people/attach-page";
import { EndedPage } from "../features/people/ended-list";
import { DetachPage } from "../features/people/detach-page";
import { GrantsPage } from "../features/people/grants-page";
import { PeoplePage } from "../features/people/people-list";
import { PersonPage } from "../features/people/person-page";
import { ProfilesPage } from "../features/profiles/profiles-page";
import { AskPage } from "../features/requests/ask-page";
import { RequestPage } from "../features/requests/request-page";
import { RequestsPage } from "../features/requests/requests-list";
import { RightsPage } from "../features/rights/rights-page";
import { WhoPage } from "../features/rights/who-page";
import { SettingsPage } from "../features/firm/settings-page";
import { CreatePage } from "../features/structures/create-page";
import { DepartmentPage } from "../features/structures/department-page";
import { DuplicatePage } from "../features/structures/duplicate-page";
import { ManageDepartmentPage } from "../features/structures/manage-department-page";
import { ManagePage } from "../features/structures/manage-page";
import { PlatformsPage } from "../features/structures/platforms-page";
import { ViewPlatformPage } from "../features/structures/view-platform-page";
import { CreatePlatformPage } from "../features/structures/create-platform-page";
import { TransferPage } from "../features/structures/transfer-page";
import { StructurePage } from "../features/structures/structure-page";
import { StructuresPage } from "../features/structures/structures-list";
import { MissingPage } from "./missing-page";
import { Needs } from "./needs";
import type { Key } from "../i18n";
import { OrganisationPage } from "./organisation-page";
import { Shell } from "./shell";

/** A page whose form begins with what its address says: another address begins another form. */
function Anew({ children }: { children: ReactNode }) {
  return <Fragment key={useLocation().search}>{children}</Fragment>;
}

const anew = (page: ReactNode) => <Anew>{page}</Anew>;

const needs = (title: Key, any: string[], page: ReactNode) => (
  <Needs title={title} any={any}>
    {page}
  </Needs>
);

const router = createHashRouter([
  {
    element: <Shell />,
    errorElement: <MissingPage />,
    children: [
      { path: "/", element: <HomePage /> },
      { path: "/organisation", element: <OrganisationPage /> },
      { path: "/structures", element: <StructuresPage /> },
      { path: "/structures/creer", element: needs("action.create_structure", ["structure.create"], anew(<CreatePage />)) },
      {
        path: "/structures/gerer",
        element: needs("action.manage_structure", ["structure.view", "structure.edit", "structure.activate"], <ManagePage />),
      },
      { path: "/structures/dupliquer", element: needs("action.duplicate_structure", ["structure.create"], <DuplicatePage />) },
      { path: "/structures/transferer", element: <TransferPage /> },
      { path: "/structures/:id", element: <StructurePage /> },
      { path: "/services/creer", element: needs("action.create_department", ["department.edit"], anew(<DepartmentPage />)) },
      {
        path: "/services/gerer",
        element: needs("action.manage_department", ["department.view", "department.edit"], <ManageDepartmentPage />),
      },
      { path: "/plateformes", element: <PlatformsPage /> },
      { path: "/plateformes/creer", element: needs("action.create_platform", ["structure.create"], <CreatePlatformPage />) },
      { path: "/plateformes/consulter", element: <ViewPlatformPage /> },
      { path: "/utilisateurs", element: <PeoplePage /> },
      {
        path: "/utilisateurs/ajouter",
        element: needs("action.add_person", ["user.create_external", "user.create_internal"], anew(<AddPage />)),
      },
      { path: "/utilisateurs/rattacher", element: needs("action.attach", ["membership.edit"], anew(<AttachPage />)) },
      { path: "/utilisateurs/detacher", element: needs("action.detach", ["membership.edit"], anew(<DetachPage />)) },
      { path: "/utilisateurs/habilitations", element: needs("action.manage_grants", ["grant.edit"], anew(<GrantsPage />)) },
      { path: "/utilisateurs/habilitations-terminees", element: needs("ended.title", ["user.view"], <EndedPage />) },
      { path: "/utilisateurs/:id", element: <PersonPage /> },
      { path: "/profils", element: <ProfilesPage /> },
      { path: "/droits", element: <RightsPage /> },
      { path: "/droits/qui", element: <WhoPage /> },
      { path: "/approbations", element: <RequestsPage /> },
      { path: "/approbations/:id", element: <RequestPage /> },
      { path: "/demandes/creer", element: anew(<AskPage />) },
      { path: "/journal", element: <JournalPage /> },
      { path: "/parametres", element: <SettingsPage /> },
      { path: "*", element: <MissingPage /> },
    ],
  },
]);

/** Every page behind the sign-in. */
export function Inside() {
  return <RouterProvider router={router} />;
}
