import type { Input } from "../../api/changes";

export type Fields = Input<"structure.edit">["mine"];

export const emptyFields: Fields = {
  name: "",
  firstName: "",
  lastName: "",
  label: "",
  email: "",
  phone: "",
  address1: "",
  address2: "",
  address3: "",
  postcode: "",
  town: "",
  country: "FR",
  vat: "",
  rcs: "",
  pacage: "",
  mandateHolder: "",
  mandateFrom: "",
  mandateUntil: "",
  technicalAccount: "",
  connections: "",
  responsible: "principal",
  responsibleId: 0,
  labels: [],
  edi: false,
  codeRequired: false,
  commitmentRequired: false,
  commitmentOrCode: false,
  paymentHidden: false,
  moa: "none",
};

export const fieldNames = Object.keys(emptyFields);

export const isPublic = (sphere: string) => sphere === "state" || sphere === "local";
