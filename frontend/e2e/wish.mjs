/** The kinds of change by the short names that these tests give them. */
const kinds = {
  addPerson: "user.add",
  attach: "membership.open",
  detach: "membership.end",
  extendMembership: "membership.extend",
  give: "grant.give",
  end: "grant.end",
  extend: "grant.extend",
  createStructure: "structure.create",
  setState: "structure.set_state",
  setStates: "structure.set_states",
  cancel: "structure.cancel",
  duplicate: "structure.duplicate",
  transfer: "principal.transfer",
  createDepartment: "department.create",
  editDepartment: "department.edit",
  switchDepartment: "department.set_state",
  decide: "request.decide",
  signIn: "user.sign_in",
  editStructure: "structure.edit",
  setPlatforms: "platform.list",
  useFamilies: "firm.use_families",
  linkAccounts: "user.link",
};

const fields =
  "name firstName lastName label email phone address1 address2 address3 postcode town country vat rcs pacage mandateHolder mandateFrom mandateUntil " +
  "technicalAccount connections responsible responsibleId labels edi codeRequired commitmentRequired commitmentOrCode paymentHidden moa";

/** The fields of a structure's record that its form has. */
export const fieldsOf = (record) => Object.fromEntries(fields.split(" ").map((name) => [name, record[name]]));

/** A change as a page sends it: { fingerprint, give: { … } } in one envelope. What is none is left as it is. */
export function enveloped(wish) {
  const name = Object.keys(kinds).find((k) => wish?.[k] !== undefined);
  if (!name) return wish;
  const { [name]: input, ...rest } = wish;
  return { fingerprint: "", ...rest, kind: kinds[name], input: JSON.stringify(input) };
}
