import { Fragment, type ReactNode } from "react";
import { createHashRouter, RouterProvider, useLocation } from "react-router";
import { HomePage } from "../features/home/home-page";
import { JournalPage } from "../features/journal/journal-page";
import { AddPage } from "../features/people/add-page";
import { AttachPage } from "../features/people/attach-page";
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
import { CreatePlatformPage, PlatformsPage, ViewPlatformPage } from "../features/structures/platforms-page";
import { TransferPage } from "../features/structures/transfer-page";
import { StructurePage } from "../features/structures/structure-page";
import { StructuresPage } from "../features/structures/structures-list";
import { MissingPage } from "./missing-page";
import { OrganisationPage } from "./organisation-page";
import { Shell } from "./shell";

/** A page whose form begins with what its address says: another address begins another form. */
function Anew({ children }: { children: ReactNode }) {
  return <Fragment key={useLocation().search}>{children}</Fragment>;
}

const anew = (page: ReactNode) => <Anew>{page}</Anew>;

const router = createHashRouter([
  {
    element: <Shell />,
    errorElement: <MissingPage />,
    children: [
      { path: "/", element: <HomePage /> },
      { path: "/organisation", element: <OrganisationPage /> },
      { path: "/structures", element: <StructuresPage /> },
      { path: "/structures/creer", element: anew(<CreatePage />) },
      { path: "/structures/gerer", element: <ManagePage /> },
      { path: "/structures/dupliquer", element: <DuplicatePage /> },
      { path: "/structures/transferer", element: <TransferPage /> },
      { path: "/structures/:id", element: <StructurePage /> },
      { path: "/services/creer", element: anew(<DepartmentPage />) },
      { path: "/services/gerer", element: <ManageDepartmentPage /> },
      { path: "/plateformes", element: <PlatformsPage /> },
      { path: "/plateformes/creer", element: <CreatePlatformPage /> },
      { path: "/plateformes/consulter", element: <ViewPlatformPage /> },
      { path: "/utilisateurs", element: <PeoplePage /> },
      { path: "/utilisateurs/ajouter", element: anew(<AddPage />) },
      { path: "/utilisateurs/rattacher", element: anew(<AttachPage />) },
      { path: "/utilisateurs/detacher", element: anew(<DetachPage />) },
      { path: "/utilisateurs/habilitations", element: anew(<GrantsPage />) },
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
