// The input of each kind of change, by its name. Generated from Go.
export interface Inputs {
  "membership.open": {
    user: number;
    email: string;
    structure: number;
    department: number;
    from: string;
    until: string;
    profiles: Array<{
      profile: number;
      options: Array<string>;
    }>;
  };
  "grant.give": {
    user: number;
    structure: number;
    department: number;
    profiles: Array<{
      profile: number;
      options: Array<string>;
    }>;
    from: string;
    until: string;
  };
  "membership.end": {
    user: number;
    structure: number;
    department: number;
    comment: string;
  };
  "grant.end": {
    grant: number;
    until: string;
  };
  "grant.extend": {
    grant: number;
    until: string;
  };
  "membership.extend": {
    membership: number;
    until: string;
    grants: boolean;
  };
  "structure.create": {
    identifierType: string;
    identifier: string;
    sphere: string;
    later: boolean;
    name: string;
    firstName: string;
    lastName: string;
    label: string;
    email: string;
    phone: string;
    address1: string;
    address2: string;
    address3: string;
    postcode: string;
    town: string;
    country: string;
    vat: string;
    rcs: string;
    pacage: string;
    mandateHolder: string;
    mandateFrom: string;
    mandateUntil: string;
    technicalAccount: string;
    connections: string;
    responsible: string;
    responsibleId: number;
    labels: Array<string>;
    edi: boolean;
    codeRequired: boolean;
    commitmentRequired: boolean;
    commitmentOrCode: boolean;
    paymentHidden: boolean;
    moa: string;
  };
  "structure.set_state": {
    structure: number;
    active: boolean;
    manager?: number;
  };
  "structure.set_states": {
    structures: Array<number>;
    active: boolean;
  };
  "structure.cancel": {
    structure: number;
  };
  "department.create": {
    structure: number;
    code: string;
    label: string;
    description: string;
    address: string;
    phone: string;
    commitmentRequired: boolean;
    from: string;
    until: string;
  };
  "department.edit": {
    department: number;
    version: number;
    mine: {
      label: string;
      description: string;
      address: string;
      phone: string;
      commitmentRequired: boolean;
      from: string;
      until: string;
    };
    base: {
      label: string;
      description: string;
      address: string;
      phone: string;
      commitmentRequired: boolean;
      from: string;
      until: string;
    };
    days: boolean;
  };
  "department.set_state": {
    structure: number;
    department: number;
    active: boolean;
  };
  "user.add": {
    email: string;
    firstName: string;
    lastName: string;
    kind: string;
    structure: number;
    department: number;
    profiles: Array<{
      profile: number;
      options: Array<string>;
    }>;
    from: string;
    until: string;
    enters: boolean;
  };
  "structure.duplicate": {
    from: number;
    identifier: string;
    label: string;
    email: string;
    phone: string;
  };
  "principal.transfer": {
    moves: Array<{
      structure: number;
      to: number;
    }>;
  };
  "request.decide": {
    request: number;
    approve: boolean;
    comment: string;
    confirmed: boolean;
  };
  "user.sign_in": {
    user: number;
    signIn: string;
  };
}
