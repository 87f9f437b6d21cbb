// The input of each kind of change, by its name. Generated from Go.
export interface Inputs {
  "firm.edit": {
    name: string;
    timeZone: string;
    language: string;
    registry: string;
    sireneKey: string;
    idleMinutes: number;
    keepDays: boolean;
    version: number;
  };
  "firm.use_families": {
    families: Array<string>;
  };
  "user.set_pigp": {
    user: number;
    has: boolean;
  };
  "user.link": {
    user: number;
    account: number;
    linked: boolean;
  };
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
  "structure.identify": {
    id: number;
    siret: string;
  };
  "structure.refresh": {
    id: number;
    take: Array<string>;
    verdict: string;
    shown: Array<{
      field: string;
      old: string;
      new: string;
    }>;
  };
  "structure.edit": {
    id: number;
    version: number;
    mine: {
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
    base: {
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
  };
  "structure.label": {
    structures: Array<number>;
    add: Array<string>;
    remove: Array<string>;
  };
  "platform.set_registration": {
    id: number;
    state: string;
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
  "platform.list": {
    text: string;
  };
  "contract.open": {
    platform: number;
    client: number;
    reference: string;
    powers: Array<string>;
    from: string;
    until: string;
  };
  "contract.end": {
    id: number;
    version: number;
    until: string;
  };
  "user.add": {
    email: string;
    contact: string;
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
  "follow_up.mark": {
    id: number;
    done: boolean;
  };
  "request.ask": {
    subject: string;
    beneficiary: number;
    requester: number;
    structure: number;
    identifierType: string;
    identifier: string;
    department: number;
    departmentCode: string;
    profiles: Array<{
      profile: number;
      options: Array<string>;
    }>;
    comment: string;
    receivedOn: string;
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
